package dev.caravel.ctl;

import dev.caravel.config.Complaint;
import dev.caravel.config.Warning;
import dev.caravel.config.kubelet.HostFacts;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.KubeProxySettings;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeWriter;
import dev.caravel.config.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code caravel config check}: loads a configuration the way the agent would and prints it, each
 * value with the file and line or flag it comes from; then everything the agent would complain and
 * warn about. Starts nothing and changes nothing.
 */
final class ConfigCheck {

    private ConfigCheck() {}

    /** What both kinds of configuration come to. */
    private record Report(
            Optional<Node.Fields> effective, List<Complaint> complaints, List<Warning> warnings) {}

    /**
     * Checks the file that comes first in {@code args} with the flags behind it; 1 when the agent
     * would not start.
     */
    static int run(List<String> args, Terminal terminal) {
        if (args.isEmpty() || args.getFirst().startsWith("-")) {
            terminal.err().println("caravel config check: name the configuration file first");
            return ExitCode.USAGE;
        }
        Report report = load(args.getFirst(), args.subList(1, args.size()));
        report.effective.ifPresent(
                fields -> terminal.out().print(TreeWriter.yamlWithOrigins(fields)));
        report.warnings.forEach(warning -> terminal.err().println("warning: " + warning));
        report.complaints.forEach(complaint -> terminal.err().println("error: " + complaint));
        int errors = report.complaints.size();
        terminal.err()
                .println(count(errors, "error") + ", " + count(report.warnings.size(), "warning"));
        return errors == 0 ? ExitCode.OK : ExitCode.FAULT;
    }

    private static Report load(String file, List<String> flags) {
        List<String> line = new ArrayList<>(flags);
        line.addFirst("--config=" + file);
        String[] args = line.toArray(String[]::new);
        if (isProxyConfiguration(Path.of(file))) {
            KubeProxySettings.Report report = KubeProxySettings.check(args);
            return new Report(report.effective(), report.complaints(), report.warnings());
        }
        KubeletSettings.Report report = KubeletSettings.check(HostFacts.detect(), args);
        return new Report(report.effective(), report.complaints(), report.warnings());
    }

    /**
     * Whatever cannot be told here is taken for a kubelet's, whose loader says what is wrong with
     * it.
     */
    private static boolean isProxyConfiguration(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text =
                    new String(in.readNBytes(YamlReader.LARGEST_FILE), StandardCharsets.UTF_8);
            return YamlReader.read(file.toString(), text)
                            instanceof YamlReader.Outcome.Document document
                    && document.root().find("kind").orElse(null) instanceof Node.Text kind
                    && kind.value().equals(KubeProxyConfiguration.KIND);
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static String count(int number, String what) {
        return (number == 0 ? "no" : Integer.toString(number))
                + " "
                + what
                + (number == 1 ? "" : "s");
    }
}
