package dev.caravel.cri.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxContainerSecurityContext;
import dev.caravel.cri.LinuxSandboxConfig;
import dev.caravel.cri.LinuxSandboxSecurityContext;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * The runtime under test and how tests use it.
 *
 * @param image a busybox in the store; its entry point sleeps
 * @param cgroupParent parent cgroup of pods
 * @param logs folder of pod logs
 * @param modern whether it has what came with containerd 2: events, its cgroup driver, pod
 *     resources
 * @param sandboxes those made so far
 */
record Lab(
        ContainerRuntime runtime,
        ImageService images,
        String image,
        String cgroupParent,
        String logs,
        boolean modern,
        List<String> sandboxes) {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final NamespaceOptions NAMESPACES =
            new NamespaceOptions(
                    NamespaceMode.POD,
                    NamespaceMode.CONTAINER,
                    NamespaceMode.POD,
                    "",
                    Optional.empty());

    Lab(
            ContainerRuntime runtime,
            ImageService images,
            String image,
            String cgroupParent,
            String logs,
            boolean modern) {
        this(runtime, images, image, cgroupParent, logs, modern, new ArrayList<>());
    }

    SandboxConfig pod(String name) {
        return pod(new SandboxMetadata(name, "contract", UUID.randomUUID().toString(), 0));
    }

    SandboxConfig pod(SandboxMetadata metadata) {
        return SandboxConfig.builder(metadata)
                .hostname(metadata.name())
                .logDirectory(logs + "/" + metadata.uid())
                .labels(Map.of("app", metadata.name(), "uid", metadata.uid()))
                .annotations(Map.of("note", "of " + metadata.name()))
                .linux(
                        new LinuxSandboxConfig(
                                cgroupParent,
                                Optional.of(
                                        LinuxSandboxSecurityContext.builder()
                                                .namespaceOptions(NAMESPACES)
                                                .build()),
                                Map.of(),
                                Optional.empty(),
                                Optional.empty()))
                .build();
    }

    String run(SandboxConfig pod) {
        String id = runtime.runPodSandbox(pod, "");
        sandboxes.add(id);
        return id;
    }

    /** A container that sleeps as process 1, and so hears no SIGTERM. */
    ContainerConfig box(String name) {
        return ContainerConfig.builder(new ContainerMetadata(name, 0), ImageSpec.of(image))
                .labels(Map.of("name", name))
                .annotations(Map.of("note", "of " + name))
                .logPath(name + ".log")
                .securityContext(
                        LinuxContainerSecurityContext.builder()
                                .namespaceOptions(NAMESPACES)
                                .build())
                .build();
    }

    ContainerConfig shell(String name, String script) {
        return box(name).toBuilder().command(List.of("/bin/sh", "-c", script)).build();
    }

    String start(String sandbox, ContainerConfig config, SandboxConfig pod) {
        String id = runtime.createContainer(sandbox, config, pod);
        runtime.startContainer(id);
        return id;
    }

    /** Starts a container in a new pod of the same name. */
    String startAlone(ContainerConfig config) {
        var pod = pod(config.metadata().name());
        return start(run(pod), config, pod);
    }

    ContainerStatus awaitExit(String id) {
        return await().atMost(PATIENCE)
                .until(
                        () -> runtime.containerStatus(id),
                        status -> status.state() == ContainerState.EXITED);
    }

    /**
     * Waits until a program has got as far as making a file; a start only says that runc is done.
     */
    void awaitFile(String id, String path) {
        await().atMost(PATIENCE)
                .until(() -> runtime.execSync(id, List.of("cat", path), PATIENCE).exitCode() == 0);
    }

    void removePods() {
        sandboxes.forEach(runtime::stopPodSandbox);
        sandboxes.forEach(runtime::removePodSandbox);
        sandboxes.clear();
    }

    static RuntimeCallException failureOf(ThrowingCallable call) {
        var failure = catchThrowableOfType(RuntimeCallException.class, call);
        assertThat(failure).as("the call should fail").isNotNull();
        return failure;
    }
}
