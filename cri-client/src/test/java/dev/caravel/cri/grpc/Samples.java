package dev.caravel.cri.grpc;

import dev.caravel.proto.cri.Container;
import dev.caravel.proto.cri.ContainerMetadata;
import dev.caravel.proto.cri.ContainerState;
import dev.caravel.proto.cri.ContainerStatus;
import dev.caravel.proto.cri.ImageSpec;
import dev.caravel.proto.cri.PodSandboxMetadata;
import dev.caravel.proto.cri.PodSandboxState;
import dev.caravel.proto.cri.PodSandboxStatus;

/** Answers as a well-behaved runtime gives them. */
final class Samples {
    private Samples() {}

    static Container.Builder container(String id) {
        return Container.newBuilder()
                .setId(id)
                .setPodSandboxId("sandbox")
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setState(ContainerState.CONTAINER_RUNNING)
                .setCreatedAt(1_000_000_001L);
    }

    static ContainerStatus.Builder containerStatus(String id) {
        return ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(ContainerMetadata.newBuilder().setName("main").setAttempt(2))
                .setState(ContainerState.CONTAINER_EXITED)
                .setCreatedAt(1_000_000_001L)
                .setImage(ImageSpec.newBuilder().setImage("busybox"))
                .setImageRef("sha256:1");
    }

    static PodSandboxStatus.Builder sandboxStatus(String id) {
        return PodSandboxStatus.newBuilder()
                .setId(id)
                .setMetadata(
                        PodSandboxMetadata.newBuilder()
                                .setName("pod")
                                .setNamespace("ns")
                                .setUid("u"))
                .setState(PodSandboxState.SANDBOX_READY)
                .setCreatedAt(1_000_000_001L);
    }
}
