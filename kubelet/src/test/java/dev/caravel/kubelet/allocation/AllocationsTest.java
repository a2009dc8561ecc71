package dev.caravel.kubelet.allocation;

import static dev.caravel.kubelet.allocation.ResizePods.pod;
import static dev.caravel.kubelet.allocation.ResizePods.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationsTest {
    @TempDir Path root;

    @Test
    void aPodThatWasNeverAdmittedIsTakenAsItIs() throws IOException {
        Pod pod = pod("u", "100m", "64Mi");
        assertThat(new Allocations(root).granted(pod)).isSameAs(pod);
    }

    @Test
    void anAdmittedPodKeepsItsResourcesWhateverItsSpecSaysSince() throws IOException {
        Allocations allocations = new Allocations(root);
        allocations.admitted(pod("u", "100m", "64Mi"));

        Pod granted = allocations.granted(pod("u", "900m", "64Mi"));

        assertThat(Amounts.of(granted.getSpec().getContainers().getFirst().getResources()))
                .isEqualTo(new Amounts(64L << 20, 64L << 20, 100, 100));
    }

    @Test
    void anotherSpellingOfTheSameAmountIsNoDifference() throws IOException {
        Allocations allocations = new Allocations(root);
        allocations.admitted(pod("u", "1", "1Gi"));
        Pod pod = pod("u", "1000m", "1024Mi");
        assertThat(allocations.granted(pod)).isSameAs(pod);
    }

    @Test
    void aGrantSurvivesACrash() throws IOException {
        Allocations before = new Allocations(root);
        before.admitted(pod("u", "100m", "64Mi"));
        before.grant(pod("u", "200m", "64Mi"));

        Allocations after = new Allocations(root);

        Pod pod = pod("u", "200m", "64Mi");
        assertThat(after.granted(pod)).isSameAs(pod);
        assertThat(after.granted(pod("u", "100m", "64Mi"))).isNotSameAs(pod);
    }

    @Test
    void whatWasCarriedOutSurvivesACrash() throws IOException {
        Allocations before = new Allocations(root);
        Pod pod = pod("u", "100m", "64Mi");
        before.admitted(pod);
        before.containerHas(pod, "web", resources("300m", "64Mi"));

        Allocations after = new Allocations(root);

        assertThat(after.actuated("u").map(a -> Amounts.of(a.of("web"))))
                .contains(new Amounts(64L << 20, 64L << 20, 300, 300));
    }

    @Test
    void aContainerWithoutALimitHasThatOfItsPod() throws IOException {
        Allocations allocations = new Allocations(root);
        Pod pod = pod("u", "100m", "64Mi");
        pod.getSpec().getContainers().getFirst().getResources().setLimits(null);
        pod.getSpec().setResources(resources("2", "1Gi"));
        allocations.admitted(pod);

        allocations.containerStarted(pod, pod.getSpec().getContainers().getFirst());

        assertThat(allocations.actuated("u").map(a -> Amounts.of(a.of("web"))))
                .contains(new Amounts(1L << 30, 64L << 20, 2000, 100));
    }

    @Test
    void podsThatAreGoneAreForgotten() throws IOException {
        Allocations allocations = new Allocations(root);
        allocations.admitted(pod("stays", "100m", "64Mi"));
        allocations.admitted(pod("goes", "100m", "64Mi"));
        allocations.admitted(pod("went", "100m", "64Mi"));
        allocations.forget("goes");
        allocations.retainOnly(Set.of("stays"));
        allocations.flush();

        Allocations after = new Allocations(root);
        assertThat(after.actuated("stays")).isPresent();
        assertThat(after.actuated("goes")).isEqualTo(Optional.empty());
        assertThat(after.actuated("went")).isEqualTo(Optional.empty());
    }

    @Test
    void aDamagedFileIsNotGuessedAt() throws IOException {
        Files.writeString(root.resolve("allocated_pods_state"), "{\"data\":\"{}\",\"checksum\":1}");
        assertThatThrownBy(() -> new Allocations(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("allocated_pods_state")
                .hasMessageContaining("Drain this node");
    }
}
