package dev.caravel.config.proxy;

import dev.caravel.config.Complaint;
import dev.caravel.config.document.DocumentFile;
import dev.caravel.config.document.GateWishes;
import dev.caravel.config.document.Violations;
import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.Node;
import java.util.ArrayList;
import java.util.List;

/** A KubeProxyConfiguration from text, without files and flags. */
final class KubeProxyText {

    private KubeProxyText() {}

    static KubeProxyConfiguration parse(String yaml) {
        DocumentFile file =
                DocumentFile.ofText(
                        yaml,
                        KubeProxyConfiguration.API_VERSION,
                        KubeProxyConfiguration.KIND,
                        KubeProxyDecoder::decode);
        List<Complaint> complaints = new ArrayList<>(file.errors(DocumentFile.Rigour.STRICT));
        Node.Fields document = KubeProxyDefaults.fillMode(KubeProxyDefaults.fill(file.root()));
        GateWishes gates = GateWishes.of(document);
        complaints.addAll(gates.complaints());
        KubeProxyConfiguration config =
                KubeProxyDecoder.decode(new FieldReader(document, new Findings()));
        if (complaints.isEmpty()) {
            Violations violations = new Violations(document);
            KubeProxyRules.check(config, gates.gates(), violations);
            complaints.addAll(violations.complaints());
        }
        Complaint.throwIfAny(complaints);
        return config;
    }
}
