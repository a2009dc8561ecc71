package dev.caravel.config.gates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.gates.FeatureGates.Finding;
import dev.caravel.config.gates.FeatureGates.Resolution;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureGatesTest {

    /** The table was printed by the Go code of 1.37.2: name, stage, default, locked. */
    @Test
    void everyGateIsInTheStateUpstreamHasItIn() throws IOException {
        List<String> ours =
                Arrays.stream(Gate.values())
                        .map(gate ->
                                gate
                                        + " "
                                        + gate.stage()
                                        + " "
                                        + gate.defaultValue()
                                        + " "
                                        + gate.locked())
                        .sorted()
                        .toList();
        assertThat(ours).hasSize(252).isEqualTo(lines("/gates-1.37.2.txt"));
    }

    @Test
    void everyNeedIsOneUpstreamHas() throws IOException {
        List<String> ours =
                GateDependencies.all().entrySet().stream()
                        .map(entry ->
                                entry.getKey()
                                        + " "
                                        + entry.getValue().toString().replaceAll("[\\[\\],]", ""))
                        .sorted()
                        .toList();
        assertThat(ours).isEqualTo(lines("/gate-needs-1.37.2.txt"));
    }

    @Test
    void withoutWishesEveryGateHasItsDefaultAndNothingIsWrong() {
        Resolution resolution = FeatureGates.resolve(Map.of());
        assertThat(resolution.problems()).isEmpty();
        assertThat(resolution.warnings()).isEmpty();
        assertThat(resolution.gates().values())
                .allSatisfy((gate, value) -> assertThat(value).isEqualTo(gate.defaultValue()));
    }

    @Test
    void anUnknownGateIsAProblemThatNamesTheNearest() {
        assertThat(FeatureGates.resolve(Map.of("MemoryQos", true)).problems())
                .containsExactly(
                        new Finding("MemoryQos", "is no feature gate; did you mean MemoryQoS?"));
        assertThat(FeatureGates.resolve(Map.of("allalpha", true)).problems().getFirst().text())
                .contains("AllAlpha");
    }

    @Test
    void aLockedGateAcceptsOnlyItsDefault() {
        assertThat(FeatureGates.resolve(Map.of("NodeSwap", false)).problems())
                .containsExactly(
                        new Finding("NodeSwap", "cannot be set, the feature is locked to true"));
        Resolution same = FeatureGates.resolve(Map.of("NodeSwap", true));
        assertThat(same.problems()).isEmpty();
        assertThat(same.warnings())
                .containsExactly(
                        new Finding(
                                "NodeSwap", "is generally available; the gate will be removed"));
    }

    @Test
    void aDeprecatedGateIsSetWithAWarning() {
        Resolution resolution = FeatureGates.resolve(Map.of("KubeProxyIPVS", false));
        assertThat(resolution.gates().enabled(Gate.KubeProxyIPVS)).isFalse();
        assertThat(resolution.warnings())
                .map(Finding::text)
                .containsExactly("is deprecated; the gate will be removed");
    }

    @ParameterizedTest
    @CsvSource({
        "AllBeta,  false, MemoryQoS,       false",
        "AllBeta,  true,  PodLevelResourceManagers, true",
        "AllAlpha, true,  CRIListStreaming, true",
        "AllAlpha, true,  PodLevelResourceManagers, false",
        "AllBeta,  false, NodeSwap,        true",
        "MemoryQoS, false, MemoryQoS,      false"
    })
    void oneWishSetsOneGateOrAWholeStage(String wish, boolean value, Gate gate, boolean expected) {
        assertThat(FeatureGates.resolve(Map.of(wish, value)).gates().enabled(gate))
                .isEqualTo(expected);
    }

    @Test
    void aNameWinsOverItsStage() {
        FeatureGates gates =
                FeatureGates.resolve(Map.of("AllBeta", false, "MemoryQoS", true)).gates();
        assertThat(gates.enabled(Gate.MemoryQoS)).isTrue();
        assertThat(gates.enabled(Gate.GracefulNodeShutdown)).isFalse();
    }

    @Test
    void aGateThatIsOnWhileOneItNeedsIsOffIsAProblem() {
        assertThat(FeatureGates.resolve(Map.of("GracefulNodeShutdown", false)).problems())
                .map(Finding::gate)
                .contains("GracefulNodeShutdownBasedOnPodPriority");
        assertThat(
                        FeatureGates.resolve(
                                        Map.of(
                                                "GracefulNodeShutdown",
                                                false,
                                                "GracefulNodeShutdownBasedOnPodPriority",
                                                false,
                                                "WindowsGracefulNodeShutdown",
                                                false))
                                .problems())
                .isEmpty();
    }

    @Test
    void everyProblemIsGathered() {
        assertThat(
                        FeatureGates.resolve(Map.of("Foo", true, "Bar", true, "NodeSwap", false))
                                .problems())
                .hasSize(3);
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = FeatureGatesTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().sorted().toList();
        }
    }
}
