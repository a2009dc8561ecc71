package dev.caravel.kubelet.volume;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/** Pods for tests: only what a test names, the rest as the API server would default it. */
public final class Pods {
    private Pods() {}

    /** A container whose mounts are written {@code volume:/path}. */
    public static Container container(String name, String... mounts) {
        ContainerBuilder builder = new ContainerBuilder().withName(name).withImage("i");
        for (String mount : mounts) {
            int colon = mount.indexOf(':');
            builder.addToVolumeMounts(
                    new VolumeMountBuilder()
                            .withName(mount.substring(0, colon))
                            .withMountPath(mount.substring(colon + 1))
                            .build());
        }
        return builder.build();
    }

    /** Pod {@code shop/cart} with UID {@code uid-1}. */
    public static Pod of(List<Container> containers, Volume... volumes) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("cart")
                .withUid("uid-1")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("default")
                .withContainers(containers)
                .withVolumes(volumes)
                .endSpec()
                .build();
    }
}
