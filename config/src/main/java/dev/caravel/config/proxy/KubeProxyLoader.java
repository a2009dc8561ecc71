package dev.caravel.config.proxy;

import dev.caravel.config.Complaint;
import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.document.DocumentFile;
import dev.caravel.config.document.DocumentFile.Rigour;
import dev.caravel.config.document.GateWishes;
import dev.caravel.config.document.LoggingSection;
import dev.caravel.config.document.Violations;
import dev.caravel.config.flags.Flag;
import dev.caravel.config.flags.FlagSet;
import dev.caravel.config.flags.ParsedFlags;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the configuration in effect out of a file or, without one, flags (contract §1.2). With a
 * file only the logging flags and the node name still count. One load, one instance.
 */
final class KubeProxyLoader {

    private static final Set<String> USED_WITH_FILE =
            Set.of(
                    "config",
                    "write-config-to",
                    "cleanup",
                    "init-only",
                    "hostname-override",
                    "master",
                    "version");

    private final FlagSet flags;
    private final ParsedFlags given;
    private final List<Complaint> complaints = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();

    KubeProxyLoader(FlagSet flags, ParsedFlags given) {
        this.flags = flags;
        this.given = given;
    }

    /**
     * What loading came to.
     *
     * @param config the configuration; empty when a value or the file could not be read
     * @param document the same as a document that knows where each value was written
     * @param modeDefaulted whether nobody chose the mode
     * @param gates the feature gates
     * @param complaints everything that is wrong
     * @param warnings everything else to know
     */
    record Result(
            Optional<KubeProxyConfiguration> config,
            Node.Fields document,
            boolean modeDefaulted,
            FeatureGates gates,
            List<Complaint> complaints,
            List<Warning> warnings) {}

    Result load() {
        complaints.addAll(given.complaints());
        warnings.addAll(given.warnings());
        String version = given.text("version", "");
        if (version.startsWith("v")) {
            KubernetesVersion.problemWith(version)
                    .ifPresent(problem -> complain("--version", problem));
        }
        Optional<Path> path = given.path("config");
        Optional<Node.Fields> file = path.flatMap(this::file);
        if (path.isPresent() && file.isEmpty()) {
            return new Result(
                    Optional.empty(),
                    Node.Fields.empty(Origin.DEFAULT),
                    false,
                    FeatureGates.defaults(),
                    complaints,
                    warnings);
        }
        return finish(named(file.map(this::withFile).orElseGet(this::withoutFile)));
    }

    private Result finish(Node.Fields chosen) {
        boolean modeDefaulted =
                chosen.find("mode").isEmpty()
                        || chosen.find("mode")
                                .filter(mode -> mode.display().equals("\"\""))
                                .isPresent();
        Node.Fields document = KubeProxyDefaults.fillMode(chosen);
        GateWishes gates = GateWishes.of(document);
        complaints.addAll(gates.complaints());
        warnings.addAll(gates.warnings());
        Findings findings = new Findings();
        KubeProxyConfiguration config =
                KubeProxyDecoder.decode(new FieldReader(document, findings));
        findings.errors().stream()
                .filter(error -> !complaints.contains(error))
                .forEach(complaints::add);
        if (findings.errors().isEmpty()) {
            Violations violations = new Violations(document);
            KubeProxyRules.check(config, gates.gates(), violations);
            complaints.addAll(violations.complaints());
        }
        Optional<KubeProxyConfiguration> usable =
                findings.errors().isEmpty() ? Optional.of(config) : Optional.empty();
        return new Result(
                usable,
                document,
                modeDefaulted,
                gates.gates(),
                Complaint.inOrder(complaints),
                warnings);
    }

    private Optional<Node.Fields> file(Path path) {
        DocumentFile file =
                DocumentFile.read(
                        path,
                        KubeProxyConfiguration.API_VERSION,
                        KubeProxyConfiguration.KIND,
                        KubeProxyDecoder::decode);
        complaints.addAll(file.errors(Rigour.LENIENT));
        warnings.addAll(file.warnings(Rigour.LENIENT));
        return file.root().fields().isEmpty() ? Optional.empty() : Optional.of(file.root());
    }

    private Node.Fields withFile(Node.Fields file) {
        Set<String> logging =
                LoggingSection.flags().stream().map(Flag::name).collect(Collectors.toSet());
        given.values().keySet().stream()
                .filter(name -> !USED_WITH_FILE.contains(name) && !logging.contains(name))
                .sorted()
                .forEach(name ->
                        warnings.add(
                                new Warning(
                                        new Origin.OnFlag("--" + name),
                                        "is ignored because --config is given")));
        Node.Fields document = KubeProxyDefaults.fill(file);
        for (Flag flag : LoggingSection.flags()) {
            Node value = given.values().get(flag.name());
            if (value != null) {
                document =
                        document.with(flag.field(), flagFirst(value, document.find(flag.field())));
            }
        }
        return document;
    }

    /** Levels of source files from flags come before the file's, so that they match first. */
    private static Node flagFirst(Node value, Optional<Node> before) {
        if (value instanceof Node.Items added && before.orElse(null) instanceof Node.Items old) {
            List<Node> all = new ArrayList<>(added.items());
            all.addAll(old.items());
            return new Node.Items(all, value.origin());
        }
        return value;
    }

    private Node.Fields withoutFile() {
        Node.Fields document =
                given.over(KubeProxyDefaults.fill(Node.Fields.empty(Origin.DEFAULT)), flags);
        boolean ipvs = KubeProxyDefaults.modeIs(document, ProxyMode.IPVS);
        boolean nftables = KubeProxyDefaults.modeIs(document, ProxyMode.NFTABLES);
        String section = nftables ? "nftables" : "iptables";
        document = moved("masquerade-all", section + ".masqueradeAll", document);
        if (ipvs) {
            // On flags alone the shortest period is that of the other modes, in a file it is zero.
            document = document.with("ipvs.minSyncPeriod", new Node.Text("1s", Origin.DEFAULT));
            document = moved("ipvs-sync-period", "ipvs.syncPeriod", document);
            document = moved("ipvs-min-sync-period", "ipvs.minSyncPeriod", document);
        } else {
            document = moved("iptables-sync-period", section + ".syncPeriod", document);
            document = moved("iptables-min-sync-period", section + ".minSyncPeriod", document);
        }
        if (given.given("write-config-to")) {
            return document;
        }
        document =
                port(
                        "healthz-port",
                        KubeProxyDefaults.HEALTHZ_PORT,
                        "healthzBindAddress",
                        document);
        return port("metrics-port", KubeProxyDefaults.METRICS_PORT, "metricsBindAddress", document);
    }

    private Node.Fields moved(String flag, String field, Node.Fields document) {
        Node value = given.values().get(flag);
        return value == null ? document : document.with(field, value);
    }

    /** Port 0 turns a server off; any other port is used where the address has none. */
    private Node.Fields port(String flag, int whenAbsent, String field, Node.Fields document) {
        int port = given.int32(flag, whenAbsent);
        if (!(document.find(field).orElse(null)
                instanceof Node.Text(String address, Origin origin))) {
            return document;
        }
        Origin place = given.given(flag) ? new Origin.OnFlag("--" + flag) : origin;
        return document.with(
                field,
                new Node.Text(port == 0 ? "" : KubeProxyDefaults.withPort(address, port), place));
    }

    private Node.Fields named(Node.Fields document) {
        String name = given.text("hostname-override", "");
        if (name.isEmpty()) {
            return document;
        }
        if (name.isBlank()) {
            complain("--hostname-override", "must not be blank");
        }
        Origin flag = new Origin.OnFlag("--hostname-override");
        return document.with(
                "hostnameOverride", new Node.Text(name.strip().toLowerCase(Locale.ROOT), flag));
    }

    private void complain(String flag, String problem) {
        complaints.add(Complaint.about(new Origin.OnFlag(flag), problem));
    }
}
