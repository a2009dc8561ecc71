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

/** A KubeletConfiguration as text, in and out, without files and flags. */
final class KubeletText {

    private static final String HEADERS = "staticPodURLHeader";

    private KubeletText() {}

    static KubeletConfiguration parse(String yaml) {
        DocumentFile file =
                DocumentFile.ofText(
                        yaml,
                        KubeletConfiguration.API_VERSION,
                        KubeletConfiguration.KIND,
                        KubeletDecoder::decode);
        List<Complaint> complaints = new ArrayList<>(file.errors(DocumentFile.Rigour.STRICT));
        GateWishes gates = GateWishes.of(file.root());
        complaints.addAll(gates.complaints());
        Node.Fields document =
                KubeletDefaults.fillEviction(KubeletDefaults.fill(file.root(), gates.gates()));
        KubeletConfiguration config =
                KubeletDecoder.decode(new FieldReader(document, new Findings()));
        if (complaints.isEmpty()) {
            Violations violations = new Violations(document);
            KubeletRules.check(config, gates.gates(), new HostFacts(false), violations);
            complaints.addAll(violations.complaints());
        }
        Complaint.throwIfAny(complaints);
        return config;
    }

    static String yamlForLog(KubeletConfiguration config) {
        return TreeWriter.yaml(masked(KubeletEncoder.encode(config), config));
    }

    /** The document without the values of headers, which may be secrets. */
    static Node.Fields masked(Node.Fields document, KubeletConfiguration config) {
        if (config.staticPodURLHeader().isEmpty()) {
            return document;
        }
        Map<String, Node> masked = new LinkedHashMap<>();
        Node mask =
                new Node.Items(List.of(new Node.Text("<masked>", Origin.DEFAULT)), Origin.DEFAULT);
        config.staticPodURLHeader().keySet().forEach(name -> masked.put(name, mask));
        return document.with(HEADERS, new Node.Fields(masked, Origin.DEFAULT));
    }
}
