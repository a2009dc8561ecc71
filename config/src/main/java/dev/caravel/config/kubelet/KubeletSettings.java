package dev.caravel.config.kubelet;

import dev.caravel.config.Complaint;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Warning;
import dev.caravel.config.flags.FlagSet;
import dev.caravel.config.flags.ParsedFlags;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a kubelet's command line comes to. */
public sealed interface KubeletSettings {

    /**
     * A configuration to run with.
     *
     * @param flags what only the command line can say
     * @param config what the file can say, with drop-ins, flags and defaults applied
     * @param gates the feature gates
     * @param warnings to log once logging works
     * @param shownFlags every flag with its value, as {@code /flagz} shows them
     */
    record Loaded(
            KubeletFlags flags,
            KubeletConfiguration config,
            FeatureGates gates,
            List<Warning> warnings,
            Map<String, String> shownFlags)
            implements KubeletSettings {

        public Loaded {
            warnings = List.copyOf(warnings);
            shownFlags = Map.copyOf(shownFlags);
        }
    }

    /**
     * Nothing to run with: print every complaint and exit 1.
     *
     * @param complaints what is wrong, all of it
     */
    record Rejected(List<Complaint> complaints) implements KubeletSettings {

        public Rejected {
            complaints = List.copyOf(complaints);
        }
    }

    /**
     * Print the text and exit 0.
     *
     * @param text ends with a line break
     */
    record ShowHelp(String text) implements KubeletSettings {}

    /**
     * Print the text and exit 0.
     *
     * @param text one line with its line break
     */
    record ShowVersion(String text) implements KubeletSettings {}

    /**
     * Parses {@code args} and loads the files they name. Called once by the kubelet's main.
     *
     * @param args the command line without the program
     */
    static KubeletSettings load(String... args) {
        // kubeadm and scripts ask for this alone; it must not cost the loading of a parser.
        if (args.length == 1 && args[0].equals("--version")) {
            return new ShowVersion(KubernetesVersion.line(KubernetesVersion.CURRENT) + "\n");
        }
        return load(HostFacts.detect(), args);
    }

    /** The same for a host that was looked at before. */
    static KubeletSettings load(HostFacts host, String... args) {
        FlagSet flags = KubeletFlagTable.flags();
        ParsedFlags given = flags.parse(args);
        if (!given.complaints().isEmpty()) {
            return new Rejected(given.complaints());
        }
        Optional<KubeletSettings> text = text(given, flags);
        if (text.isPresent()) {
            return text.get();
        }
        KubeletLoader.Result result = new KubeletLoader(flags, given, host).load();
        return result.complaints().isEmpty() && result.config().isPresent()
                ? new Loaded(
                        KubeletFlags.of(given),
                        result.config().get(),
                        result.gates(),
                        result.warnings(),
                        given.shown(
                                flags,
                                KubeletDefaults.withoutFile(FeatureGates.defaults()),
                                KubeletFlags.DEFAULTS))
                : new Rejected(result.complaints());
    }

    /**
     * What {@code caravel config check} shows: the configuration as far as it could be made, where
     * each value comes from, everything that is wrong and everything to know.
     *
     * @param effective the configuration in its canonical form, each value with its place; empty
     *     when a value could not be read
     * @param complaints empty when the kubelet would start
     * @param warnings what the kubelet would log
     */
    record Report(
            Optional<Node.Fields> effective, List<Complaint> complaints, List<Warning> warnings) {}

    /** Loads like {@link #load(HostFacts, String...)} and reports instead of deciding. */
    static Report check(HostFacts host, String... args) {
        FlagSet flags = KubeletFlagTable.flags();
        KubeletLoader.Result result = new KubeletLoader(flags, flags.parse(args), host).load();
        Optional<Node.Fields> effective =
                result.config()
                        .map(config ->
                                KubeletText.masked(KubeletEncoder.encode(config), config)
                                        .withOriginsOf(result.document()));
        return new Report(effective, result.complaints(), result.warnings());
    }

    private static Optional<KubeletSettings> text(ParsedFlags given, FlagSet flags) {
        if (given.bool("help")) {
            return Optional.of(new ShowHelp(KubeletHelp.oneScreen(flags)));
        }
        if (given.bool("help-all")) {
            return Optional.of(new ShowHelp(KubeletHelp.everything(flags)));
        }
        String reported = KubeletFlags.of(given).reportedVersion();
        return switch (given.text("version", "false")) {
            case "true" -> Optional.of(new ShowVersion(KubernetesVersion.line(reported) + "\n"));
            case "raw" -> Optional.of(new ShowVersion(KubernetesVersion.raw(reported) + "\n"));
            default -> Optional.empty();
        };
    }
}
