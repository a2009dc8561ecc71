package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeAffinityTest {
    private static final Map<String, String> LABELS = Map.of("zone", "a", "gen", "7", "x", "text");

    private static PersistentVolume pv(NodeSelectorTerm... terms) {
        return new PersistentVolumeBuilder()
                .withNewSpec()
                .withNewNodeAffinity()
                .withNewRequired()
                .withNodeSelectorTerms(terms)
                .endRequired()
                .endNodeAffinity()
                .endSpec()
                .build();
    }

    private static NodeSelectorRequirement requirement(String key, String operator, String values) {
        return new NodeSelectorRequirement(key, operator, List.of(values.split(" ", -1)));
    }

    private static NodeSelectorTerm term(NodeSelectorRequirement... expressions) {
        return new NodeSelectorTerm(List.of(expressions), List.of());
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(
            textBlock =
                    """
                    zone,    In,           a b, true
                    zone,    In,           b c, false
                    zone,    NotIn,        b,   true
                    nowhere, NotIn,        b,   true
                    zone,    NotIn,        a,   false
                    zone,    Exists,       '',  true
                    nowhere, Exists,       '',  false
                    nowhere, DoesNotExist, '',  true
                    gen,     Gt,           6,   true
                    gen,     Gt,           7,   false
                    gen,     Lt,           8,   true
                    x,       Gt,           6,   false
                    nowhere, Lt,           6,   false
                    zone,    Near,         a,   false
                    """)
    void requirementsAreThoseOfTheScheduler(
            String key, String operator, String values, boolean expected) {
        PersistentVolume pv = pv(term(requirement(key, operator, values)));
        assertThat(NodeAffinity.allows(pv, "n1", LABELS)).isEqualTo(expected);
    }

    @Test
    void oneTermIsEnoughButAllOfItMustHold() {
        NodeSelectorTerm no = term(requirement("zone", "In", "a"), requirement("gen", "In", "1"));
        NodeSelectorTerm yes = term(requirement("zone", "In", "a"), requirement("gen", "In", "7"));
        assertThat(NodeAffinity.allows(pv(no), "n1", LABELS)).isFalse();
        assertThat(NodeAffinity.allows(pv(no, yes), "n1", LABELS)).isTrue();
        assertThat(NodeAffinity.allows(pv(term()), "n1", LABELS)).as("an empty term").isFalse();
    }

    @Test
    void theNameOfTheNodeIsAField() {
        NodeSelectorTerm term =
                new NodeSelectorTerm(List.of(), List.of(requirement("metadata.name", "In", "n1")));
        assertThat(NodeAffinity.allows(pv(term), "n1", LABELS)).isTrue();
        assertThat(NodeAffinity.allows(pv(term), "n2", LABELS)).isFalse();
    }

    @Test
    void withoutAffinityEveryNodeWillDo() {
        PersistentVolume plain = new PersistentVolumeBuilder().withNewSpec().endSpec().build();
        assertThat(NodeAffinity.allows(plain, "n1", Map.of())).isTrue();
    }
}
