package dev.caravel.config.proxy;

import dev.caravel.config.Complaint;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.flags.FlagSet;
import dev.caravel.config.flags.ParsedFlags;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a kube-proxy's command line comes to. */
public sealed interface KubeProxySettings {

    /**
     * A configuration to run with.
     *
     * @param flags what only the command line can say
     * @param config what the file, or the flags instead, can say, with defaults applied
     * @param gates the feature gates
     * @param warnings to log once logging works
     * @param modeDefaulted whether nobody chose the mode, which deserves an event
     * @param shownFlags every flag's value by name, for {@code /flagz}
     */
    record Loaded(
            KubeProxyFlags flags,
            KubeProxyConfiguration config,
            FeatureGates gates,
            List<Warning> warnings,
            boolean modeDefaulted,
            Map<String, String> shownFlags)
            implements KubeProxySettings {

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
    record Rejected(List<Complaint> complaints) implements KubeProxySettings {

        public Rejected {
            complaints = List.copyOf(complaints);
        }
    }

    /**
     * Print the text and exit 0.
     *
     * @param text ends with a line break
     */
    record ShowHelp(String text) implements KubeProxySettings {}

    /**
     * Print the text and exit 0.
     *
     * @param text one line with its line break
     */
    record ShowVersion(String text) implements KubeProxySettings {}

    /**
     * Parses {@code args} and loads the file they name. Called once by kube-proxy's main.
     *
     * @param args the command line without the program
     */
    static KubeProxySettings load(String... args) {
        // Scripts ask for this alone; it must not cost the loading of a parser.
        if (args.length == 1 && args[0].equals("--version")) {
            return new ShowVersion(KubernetesVersion.line(KubernetesVersion.CURRENT) + "\n");
        }
        FlagSet flags = KubeProxyFlagTable.flags();
        ParsedFlags given = flags.parse(args);
        if (!given.complaints().isEmpty()) {
            return new Rejected(given.complaints());
        }
        Optional<KubeProxySettings> text = text(given, flags);
        if (text.isPresent()) {
            return text.get();
        }
        KubeProxyLoader.Result result = new KubeProxyLoader(flags, given).load();
        return result.complaints().isEmpty() && result.config().isPresent()
                ? new Loaded(
                        KubeProxyFlags.of(given),
                        result.config().get(),
                        result.gates(),
                        result.warnings(),
                        result.modeDefaulted(),
                        given.shown(
                                flags,
                                KubeProxyDefaults.fill(Node.Fields.empty(Origin.DEFAULT)),
                                KubeProxyFlagTable.DEFAULTS))
                : new Rejected(result.complaints());
    }

    /**
     * What {@code caravel config check} shows: the configuration as far as it could be made, where
     * each value comes from, everything that is wrong and everything to know.
     *
     * @param effective the configuration in its canonical form, each value with its place; empty
     *     when a value could not be read
     * @param complaints empty when kube-proxy would start
     * @param warnings what kube-proxy would log
     */
    record Report(
            Optional<Node.Fields> effective, List<Complaint> complaints, List<Warning> warnings) {}

    /** Loads like {@link #load} and reports instead of deciding. */
    static Report check(String... args) {
        FlagSet flags = KubeProxyFlagTable.flags();
        KubeProxyLoader.Result result = new KubeProxyLoader(flags, flags.parse(args)).load();
        Optional<Node.Fields> effective =
                result.config()
                        .map(config ->
                                KubeProxyEncoder.encode(config).withOriginsOf(result.document()));
        return new Report(effective, result.complaints(), result.warnings());
    }

    private static Optional<KubeProxySettings> text(ParsedFlags given, FlagSet flags) {
        if (given.bool("help")) {
            return Optional.of(new ShowHelp(KubeProxyHelp.oneScreen(flags)));
        }
        if (given.bool("help-all")) {
            return Optional.of(new ShowHelp(KubeProxyHelp.everything(flags)));
        }
        return switch (given.text("version", "false")) {
            case "true" ->
                    Optional.of(
                            new ShowVersion(
                                    KubernetesVersion.line(KubernetesVersion.CURRENT) + "\n"));
            case "raw" ->
                    Optional.of(
                            new ShowVersion(
                                    KubernetesVersion.raw(KubernetesVersion.CURRENT) + "\n"));
            default -> Optional.empty();
        };
    }
}
