package dev.caravel.config.kubelet;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.Warning;
import dev.caravel.config.document.DocumentFile;
import dev.caravel.config.document.DocumentFile.Rigour;
import dev.caravel.config.document.GateWishes;
import dev.caravel.config.document.Violations;
import dev.caravel.config.flags.FlagSet;
import dev.caravel.config.flags.ParsedFlags;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the configuration in effect out of file, drop-ins and flags, in the order of contract §1.4
 * and §1.6: file, its defaults, drop-ins merged in order of name, defaults again, flags. One load,
 * one instance; reads files, changes nothing.
 */
final class KubeletLoader {

    private static final List<String> PATHS =
            List.of(
                    "staticPodPath",
                    "authentication.x509.clientCAFile",
                    "tlsCertFile",
                    "tlsPrivateKeyFile",
                    "resolvConf",
                    "volumePluginDir",
                    "podLogsDir");
    private static final String DROP_IN_SUFFIX = ".conf";

    private final FlagSet flags;
    private final ParsedFlags given;
    private final HostFacts host;
    private final List<Complaint> complaints = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();

    KubeletLoader(FlagSet flags, ParsedFlags given, HostFacts host) {
        this.flags = flags;
        this.given = given;
        this.host = host;
    }

    /**
     * What loading came to.
     *
     * @param config the configuration; empty when a value or a whole file could not be read
     * @param document the same as a document that knows where each value was written
     * @param gates the feature gates
     * @param complaints everything that is wrong
     * @param warnings everything else to know
     */
    record Result(
            Optional<KubeletConfiguration> config,
            Node.Fields document,
            FeatureGates gates,
            List<Complaint> complaints,
            List<Warning> warnings) {}

    Result load() {
        complaints.addAll(given.complaints());
        warnings.addAll(given.warnings());
        KubeletFlags own = KubeletFlags.of(given);
        complaints.addAll(KubeletFlagRules.complaints(own));
        warnings.addAll(KubeletFlagRules.warnings(own));
        Optional<Node.Fields> file = own.config().flatMap(this::mainFile);
        List<Node.Fields> dropIns = own.configDir().map(this::dropIns).orElse(List.of());
        if (!complaints.isEmpty() && own.config().isPresent() && file.isEmpty()) {
            return new Result(
                    Optional.empty(),
                    Node.Fields.empty(Origin.DEFAULT),
                    FeatureGates.defaults(),
                    complaints,
                    warnings);
        }
        return combine(file, dropIns);
    }

    private Result combine(Optional<Node.Fields> file, List<Node.Fields> dropIns) {
        FeatureGates early =
                GateWishes.of(layered(file.orElse(Node.Fields.empty(Origin.DEFAULT)), dropIns))
                        .gates();
        Node.Fields document =
                file.map(own -> KubeletDefaults.fillEviction(KubeletDefaults.fill(own, early)))
                        .orElseGet(() -> KubeletDefaults.withoutFile(early));
        for (Node.Fields dropIn : dropIns) {
            document = document.merge(dropIn);
        }
        document = given.over(KubeletDefaults.fill(document, early), flags);
        GateWishes gates = GateWishes.of(document);
        complaints.addAll(gates.complaints());
        warnings.addAll(gates.warnings());
        Findings findings = new Findings();
        FieldReader reader = new FieldReader(document, findings);
        KubeletConfiguration config = KubeletDecoder.decode(reader);
        complaints.addAll(unseen(findings.errors()));
        if (findings.errors().isEmpty()) {
            Violations violations = new Violations(document);
            KubeletRules.check(config, gates.gates(), host, violations);
            complaints.addAll(violations.complaints());
        }
        Optional<KubeletConfiguration> usable =
                findings.errors().isEmpty() ? Optional.of(config) : Optional.empty();
        return new Result(usable, document, gates.gates(), Complaint.inOrder(complaints), warnings);
    }

    /** The gates decide about defaults, so they are known before those are filled in. */
    private Node.Fields layered(Node.Fields file, List<Node.Fields> dropIns) {
        Node.Fields document = file;
        for (Node.Fields dropIn : dropIns) {
            document = document.merge(dropIn);
        }
        return given.over(document, flags);
    }

    /** A value that was complained about when its file was read needs no second complaint. */
    private List<Complaint> unseen(List<Complaint> errors) {
        return errors.stream().filter(error -> !complaints.contains(error)).toList();
    }

    private Optional<Node.Fields> mainFile(Path path) {
        DocumentFile file = read(path, Rigour.LENIENT);
        if (file.root().fields().isEmpty()) {
            return Optional.empty();
        }
        Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(Path.of("/"));
        return Optional.of(absolute(file.root(), folder));
    }

    private DocumentFile read(Path path, Rigour rigour) {
        DocumentFile file =
                DocumentFile.read(
                        path,
                        KubeletConfiguration.API_VERSION,
                        KubeletConfiguration.KIND,
                        KubeletDecoder::decode);
        complaints.addAll(file.errors(rigour));
        warnings.addAll(file.warnings(rigour));
        return file;
    }

    /** Relative paths of the main file are relative to its folder. */
    private static Node.Fields absolute(Node.Fields document, Path folder) {
        Node.Fields result = document;
        for (String field : PATHS) {
            if (result.find(field).orElse(null) instanceof Node.Text(String path, Origin origin)
                    && !path.isEmpty()
                    && !path.startsWith("/")) {
                String full = folder.resolve(path).normalize().toString();
                result = result.with(field, new Node.Text(full, origin));
            }
        }
        return result;
    }

    private List<Node.Fields> dropIns(Path folder) {
        List<Node.Fields> documents = new ArrayList<>();
        List<Path> found = new ArrayList<>();
        try {
            collect(folder, found);
        } catch (IOException | UncheckedIOException failed) {
            String reason =
                    failed instanceof NotDirectoryException
                            ? "is not a folder"
                            : "cannot be read: " + failed.getMessage();
            complaints.add(Complaint.about(new Origin.WholeFile(folder.toString()), reason));
        }
        for (Path path : found) {
            documents.add(read(path, Rigour.NO_DUPLICATES).root());
        }
        return documents;
    }

    /** Depth first, each folder in order of name; folders count with their name like files. */
    private static void collect(Path folder, List<Path> found) throws IOException {
        List<Path> entries;
        try (Stream<Path> listing = Files.list(folder)) {
            entries = listing.sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                collect(entry, found);
            } else if (entry.toString().endsWith(DROP_IN_SUFFIX)) {
                found.add(entry);
            }
        }
    }
}
