package dev.caravel.config.kubelet;

import dev.caravel.config.Complaint;
import dev.caravel.config.Origin;
import dev.caravel.config.document.DocumentFile;
import dev.caravel.config.document.GateWishes;
import dev.caravel.config.document.Violations;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A KubeletConfiguration as text, in and out, without files and flags. */
final class KubeletText {

    private static final String HEADERS = "staticPodURLHeader";
    private static final String HEAD =
            "{\"apiVersion\": \""
                    + KubeletConfiguration.API_VERSION
                    + "\", \"kind\": \""
                    + KubeletConfiguration.KIND
                    + "\"}";

    private KubeletText() {}

    static KubeletConfiguration parse(String yaml) {
        List<Complaint> complaints = new ArrayList<>();
        Node.Fields own = root(yaml.isBlank() ? HEAD : yaml, complaints);
        GateWishes gates = GateWishes.of(own);
        complaints.addAll(gates.complaints());
        Node.Fields document =
                KubeletDefaults.fillEviction(KubeletDefaults.fill(own, gates.gates()));
        KubeletConfiguration config =
                KubeletDecoder.decode(new FieldReader(document, new Findings()));
        if (complaints.isEmpty()) {
            Violations violations = new Violations(document);
            KubeletRules.check(config, gates.gates(), new HostFacts(false), violations);
            complaints.addAll(violations.complaints());
        }
        if (!complaints.isEmpty()) {
            throw new IllegalArgumentException(
                    complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n")));
        }
        return config;
    }

    private static Node.Fields root(String yaml, List<Complaint> complaints) {
        DocumentFile file =
                DocumentFile.of(
                        "text",
                        yaml,
                        KubeletConfiguration.API_VERSION,
                        KubeletConfiguration.KIND,
                        KubeletDecoder::decode);
        file.errors(DocumentFile.Rigour.NO_DUPLICATES).stream()
                .filter(error -> !isMissingHead(error))
                .forEach(complaints::add);
        complaints.addAll(file.unknownFields());
        return file.root();
    }

    private static boolean isMissingHead(Complaint complaint) {
        return complaint.value().equals("null")
                && (complaint.field().equals("kind") || complaint.field().equals("apiVersion"));
    }

    static String yamlForLog(KubeletConfiguration config) {
        Node.Fields document = KubeletEncoder.encode(config);
        Map<String, Node> masked = new LinkedHashMap<>();
        Node mask =
                new Node.Items(List.of(new Node.Text("<masked>", Origin.DEFAULT)), Origin.DEFAULT);
        config.staticPodURLHeader().keySet().forEach(name -> masked.put(name, mask));
        return TreeWriter.yaml(
                masked.isEmpty()
                        ? document
                        : document.with(HEADERS, new Node.Fields(masked, Origin.DEFAULT)));
    }
}
