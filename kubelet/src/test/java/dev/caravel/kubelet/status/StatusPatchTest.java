package dev.caravel.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.daemon.api.PatchType;
import dev.caravel.kubelet.apifake.FakeApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusPatchTest {
    private static final String PATH = "/api/v1/namespaces/shop/pods/cart";

    private static PodStatusBuilder running() {
        return new PodStatusBuilder()
                .withPhase("Running")
                .withQosClass("Burstable")
                .withHostIP("10.0.0.1")
                .addNewHostIP("10.0.0.1")
                .withPodIP("10.244.1.7")
                .addNewPodIP("10.244.1.7")
                .withStartTime("2026-03-01T09:00:00Z")
                .addNewCondition()
                .withType("lb/attached")
                .withStatus("True")
                .endCondition()
                .addNewCondition()
                .withType("Ready")
                .withStatus("False")
                .withReason("ContainersNotReady")
                .withMessage("containers with unready status: [web]")
                .withLastTransitionTime("2026-03-01T09:00:00Z")
                .withObservedGeneration(1L)
                .endCondition()
                .addNewContainerStatus()
                .withName("web")
                .withNewState()
                .withNewRunning("2026-03-01T09:00:01Z")
                .endState()
                .endContainerStatus()
                .withResources(
                        new ResourceRequirementsBuilder()
                                .withLimits(
                                        Map.of(
                                                "cpu",
                                                new Quantity("1"),
                                                "memory",
                                                new Quantity("1Gi")))
                                .build());
    }

    static PodStatus[][] pairs() {
        PodStatus base = running().build();
        return new PodStatus[][] {
            {new PodStatus(), base},
            {base, new PodStatus()},
            {base, running().withPhase("Failed").withReason("Evicted").build()},
            {
                base,
                running()
                        .editMatchingCondition(c -> "Ready".equals(c.getType()))
                        .withStatus("True")
                        .withReason(null)
                        .withMessage(null)
                        .endCondition()
                        .build()
            },
            {
                base,
                running().removeMatchingFromConditions(c -> "Ready".equals(c.getType())).build()
            },
            {base, running().withPodIPs().addNewPodIP("fd00::7").addNewPodIP("10.244.1.7").build()},
            {base, running().withPodIPs().addNewPodIP("10.244.9.9").build()},
            {
                base,
                running()
                        .withResources(
                                new ResourceRequirementsBuilder()
                                        .withLimits(Map.of("cpu", new Quantity("2")))
                                        .build())
                        .build()
            },
            {
                base,
                running()
                        .editFirstContainerStatus()
                        .withNewState()
                        .withNewWaiting("back-off 10s", "CrashLoopBackOff")
                        .endState()
                        .endContainerStatus()
                        .build()
            },
        };
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatTheServerHoldsAfterThePatchIsWhatWasWanted(PodStatus held, PodStatus wanted)
            throws Exception {
        FakeApi api = new FakeApi();
        Pod pod =
                api.seed(
                        PATH,
                        new PodBuilder()
                                .withNewMetadata()
                                .withName("cart")
                                .withNamespace("shop")
                                .withUid("u1")
                                .endMetadata()
                                .withStatus(held)
                                .build());

        String patch = StatusPatch.between("u1", pod.getStatus(), wanted).orElseThrow();
        Pod after = api.patch(Pod.class, PATH + "/status", PatchType.STRATEGIC_MERGE, patch);

        assertThat(after.getStatus()).isEqualTo(wanted);
    }

    @Test
    void onlyTheDifferenceIsSent() {
        PodStatus ready =
                running()
                        .editMatchingCondition(c -> "Ready".equals(c.getType()))
                        .withStatus("True")
                        .withReason(null)
                        .withMessage(null)
                        .withLastTransitionTime("2026-03-01T09:00:05Z")
                        .endCondition()
                        .build();

        assertThat(StatusPatch.between("u1", running().build(), ready))
                .contains(
                        "{\"metadata\":{\"uid\":\"u1\"},\"status\":{"
                                + "\"$setElementOrder/conditions\":[{\"type\":\"lb/attached\"},"
                                + "{\"type\":\"Ready\"}],\"conditions\":[{\"type\":\"Ready\","
                                + "\"status\":\"True\",\"reason\":null,\"message\":null,"
                                + "\"lastTransitionTime\":\"2026-03-01T09:00:05Z\"}]}}");
    }

    @Test
    void aListThatTheServerLacksCarriesNoDirectiveThatWouldBecomeAnEntry() {
        PodStatus wanted =
                running().withAllocatedResources(Map.of("cpu", new Quantity("40m"))).build();
        assertThat(StatusPatch.between("u1", running().build(), wanted))
                .contains(
                        "{\"metadata\":{\"uid\":\"u1\"},\"status\":"
                                + "{\"allocatedResources\":{\"cpu\":\"40m\"}}}");
    }

    @Test
    void equalStatusesNeedNoPatchEvenIfTheirConditionsAreOrderedDifferently() {
        PodStatus turned =
                running().withConditions(running().build().getConditions().reversed()).build();
        assertThat(StatusPatch.between("u1", running().build(), running().build())).isEmpty();
        assertThat(StatusPatch.between("u1", running().build(), turned)).isEmpty();
    }

    @Test
    void fieldsOfOthersAreNeverNamed() {
        PodStatus theirs =
                running().withNominatedNodeName("n2").addNewResourceClaimStatus("c", "r").build();
        assertThat(StatusPatch.between("u1", theirs, running().build())).isEmpty();
    }
}
