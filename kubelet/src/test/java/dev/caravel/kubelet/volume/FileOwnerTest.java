package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileOwnerTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    nobody says anything,           ,     -,       -1
                    the pod says it for all,        1000, -,       1000
                    every container says the same,  ,     7 7,     7
                    one container differs,          1000, 7 -,     -1
                    a container leaves it open,     ,     7 -,     -1
                    a container agrees with the pod, 7,   7 -,     7
                    root is a user too,             0,    -,       0
                    """)
    void theUserIsTheOneAllContainersShare(
            String name, Long podUser, String containerUsers, long expected) {
        Container[] containers =
                Arrays.stream(containerUsers.split(" ", -1))
                        .map(user ->
                                new ContainerBuilder()
                                        .withName("c")
                                        .withNewSecurityContext()
                                        .withRunAsUser(user.equals("-") ? null : Long.valueOf(user))
                                        .endSecurityContext()
                                        .build())
                        .toArray(Container[]::new);
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .withNewSecurityContext()
                        .withRunAsUser(podUser)
                        .endSecurityContext()
                        .withContainers(containers)
                        .endSpec()
                        .build();
        assertThat(FileOwner.user(pod))
                .isEqualTo(expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected));
    }

    @Test
    void groupAndPolicyComeFromThePodsSecurityContext() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .withNewSecurityContext()
                        .withFsGroup(2000L)
                        .withFsGroupChangePolicy("OnRootMismatch")
                        .endSecurityContext()
                        .endSpec()
                        .build();
        assertThat(FileOwner.group(pod)).hasValue(2000);
        assertThat(FileOwner.onlyOnRootMismatch(pod)).isTrue();
        Pod plain = new PodBuilder().withNewSpec().endSpec().build();
        assertThat(FileOwner.group(plain)).isEmpty();
        assertThat(FileOwner.onlyOnRootMismatch(plain)).isFalse();
    }
}
