package dev.caravel.cri.fake;

import dev.caravel.cri.Container;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.Image;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.LinuxSandboxConfig;
import dev.caravel.cri.LinuxSandboxSecurityContext;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.Sandbox;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Sandboxes and containers of a {@link FakeRuntime}, and what containerd refuses. Guarded by the
 * runtime's lock.
 */
final class FakePods {
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Clock clock;
    private final FakeEvents events;
    private int made;

    record Pod(SandboxConfig config, SandboxStatus status) {}

    record Box(String sandboxId, ContainerConfig config, Program program, ContainerStatus status) {
        Box with(ContainerStatus newStatus) {
            return new Box(sandboxId, config, program, newStatus);
        }
    }

    FakePods(Clock clock, FakeEvents events) {
        this.clock = clock;
        this.events = events;
    }

    /** All names of a pod: as errors show it, and alone. */
    static List<String> names(SandboxConfig pod) {
        String name = pod.metadata().name();
        return List.of(pod.metadata().namespace() + "/" + name, name);
    }

    /** All names of a container that has no id yet. */
    static List<String> names(SandboxConfig pod, ContainerConfig container) {
        String name = container.metadata().name();
        return List.of(names(pod).getFirst() + "/" + name, name);
    }

    List<String> namesOfSandbox(String id) {
        var pod = pods.get(id);
        return pod == null ? List.of(id) : prepend(id, names(pod.config()));
    }

    List<String> namesOfContainer(String id) {
        var box = boxes.get(id);
        var pod = box == null ? null : pods.get(box.sandboxId());
        return box == null || pod == null
                ? List.of(id)
                : prepend(id, names(pod.config(), box.config()));
    }

    private static List<String> prepend(String first, List<String> rest) {
        var all = new ArrayList<String>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    static boolean onHostNetwork(SandboxConfig config) {
        return namespaces(config)
                .map(NamespaceOptions::network)
                .equals(Optional.of(NamespaceMode.NODE));
    }

    Map<String, Pod> pods() {
        return pods;
    }

    Map<String, Box> boxes() {
        return boxes;
    }

    String run(SandboxConfig config, String handler) {
        for (Pod other : pods.values()) {
            if (other.config().metadata().equals(config.metadata())) {
                throw new RuntimeCallException(
                        "run_podsandbox",
                        config.metadata().name(),
                        Code.FAILED_PRECONDITION,
                        "failed to reserve sandbox name: it is reserved for "
                                + other.status().id());
            }
        }
        int number = ++made;
        var status =
                new SandboxStatus(
                        "sandbox-" + number,
                        config.metadata(),
                        SandboxState.READY,
                        clock.instant(),
                        onHostNetwork(config)
                                ? List.of()
                                : List.of("10.88." + number / 250 + "." + (number % 250 + 1)),
                        namespaces(config),
                        config.labels(),
                        config.annotations(),
                        handler,
                        List.of(),
                        Optional.empty(),
                        Map.of());
        pods.put(status.id(), new Pod(config, status));
        publish(status.id(), status.id(), ContainerEvent.Type.CREATED);
        publish(status.id(), status.id(), ContainerEvent.Type.STARTED);
        return status.id();
    }

    private static Optional<NamespaceOptions> namespaces(SandboxConfig config) {
        return config.linux()
                .flatMap(LinuxSandboxConfig::securityContext)
                .flatMap(LinuxSandboxSecurityContext::namespaceOptions);
    }

    Pod pod(String operation, String id) {
        return Optional.ofNullable(pods.get(id)).orElseThrow(() -> notFound(operation, id));
    }

    Box box(String operation, String id) {
        return Optional.ofNullable(boxes.get(id)).orElseThrow(() -> notFound(operation, id));
    }

    /** A container that has to be running for this operation. */
    Box running(String operation, String id) {
        var box = box(operation, id);
        if (box.status().state() != ContainerState.RUNNING) {
            throw wrongState(operation, box);
        }
        return box;
    }

    private static RuntimeCallException notFound(String operation, String id) {
        return new RuntimeCallException(operation, id, Code.NOT_FOUND, id + ": not found");
    }

    private static RuntimeCallException wrongState(String operation, Box box) {
        return new RuntimeCallException(
                operation,
                box.status().id(),
                Code.UNKNOWN,
                "container is in CONTAINER_" + box.status().state() + " state");
    }

    /** Ends the containers that run; those only created stay so. */
    void stopSandbox(String id) {
        var pod = pods.get(id);
        if (pod == null || pod.status().state() == SandboxState.NOT_READY) {
            return;
        }
        boxesOf(id).forEach(box -> exit(box.status().id(), 137, "Error"));
        var old = pod.status();
        var stopped =
                new SandboxStatus(
                        id,
                        old.metadata(),
                        SandboxState.NOT_READY,
                        old.createdAt(),
                        List.of(),
                        old.namespaces(),
                        old.labels(),
                        old.annotations(),
                        old.runtimeHandler(),
                        List.of(),
                        Optional.empty(),
                        Map.of());
        pods.put(id, new Pod(pod.config(), stopped));
        publish(id, id, ContainerEvent.Type.STOPPED);
    }

    void removeSandbox(String id) {
        if (!pods.containsKey(id)) {
            return;
        }
        stopSandbox(id);
        boxesOf(id).forEach(box -> removeContainer(box.status().id()));
        publish(id, id, ContainerEvent.Type.DELETED);
        pods.remove(id);
    }

    List<Box> boxesOf(String sandboxId) {
        return boxes.values().stream().filter(box -> box.sandboxId().equals(sandboxId)).toList();
    }

    String create(String sandboxId, ContainerConfig config, Image image, Program program) {
        var pod = pod("create_container", sandboxId);
        if (pod.status().state() != SandboxState.READY) {
            throw refused(config, Code.UNKNOWN, "sandbox " + sandboxId + " is not running");
        }
        for (Box other : boxesOf(sandboxId)) {
            if (other.config().metadata().equals(config.metadata())) {
                throw refused(
                        config,
                        Code.FAILED_PRECONDITION,
                        "failed to reserve container name: it is reserved for "
                                + other.status().id());
            }
        }
        var status =
                ContainerStatus.builder(
                                "container-" + ++made,
                                config.metadata(),
                                ContainerState.CREATED,
                                clock.instant(),
                                config.image())
                        .imageRef(
                                image.repoDigests().isEmpty()
                                        ? image.id()
                                        : image.repoDigests().getFirst())
                        .imageId(image.id())
                        .labels(config.labels())
                        .annotations(config.annotations())
                        .mounts(config.mounts())
                        .logPath(logPath(pod.config(), config))
                        .resources(config.resources().orElse(LinuxResources.builder().build()))
                        .stopSignal(config.stopSignal())
                        .build();
        boxes.put(status.id(), new Box(sandboxId, config, program, status));
        publish(status.id(), sandboxId, ContainerEvent.Type.CREATED);
        return status.id();
    }

    private static String logPath(SandboxConfig pod, ContainerConfig config) {
        return pod.logDirectory().isEmpty() || config.logPath().isEmpty()
                ? ""
                : pod.logDirectory() + "/" + config.logPath();
    }

    private static RuntimeCallException refused(ContainerConfig config, Code code, String detail) {
        return new RuntimeCallException("create_container", config.metadata().name(), code, detail);
    }

    void start(String id) {
        var box = box("start_container", id);
        if (box.status().state() != ContainerState.CREATED) {
            throw wrongState("start_container", box);
        }
        switch (box.program()) {
            case Program.CannotStart(var message) ->
                    throw new RuntimeCallException("start_container", id, Code.UNKNOWN, message);
            case Program.Exits(var code) -> {
                started(box);
                exit(id, code, code == 0 ? "Completed" : "Error");
            }
            case Program.Runs _ -> started(box);
        }
    }

    private void started(Box box) {
        update(box, s -> s.state(ContainerState.RUNNING).startedAt(clock.instant()));
        publish(box.status().id(), box.sandboxId(), ContainerEvent.Type.STARTED);
    }

    /** What containerd makes of a created container whose process could not be started. */
    void couldNotStart(String id, String message) {
        var box = boxes.get(id);
        if (box == null || box.status().state() != ContainerState.CREATED) {
            return;
        }
        update(
                box,
                s ->
                        s.state(ContainerState.EXITED)
                                .finishedAt(clock.instant())
                                .exitCode(128)
                                .reason("StartError")
                                .message(message));
    }

    void stop(String id) {
        var box = boxes.get(id);
        if (box != null && box.program() instanceof Program.Runs(var code)) {
            exit(id, code, code == 0 ? "Completed" : "Error");
        }
    }

    /** Sets what is given and leaves the rest, whatever the state. */
    void updateResources(String id, LinuxResources wanted) {
        var box = box("update_container", id);
        var had = box.status().resources().orElse(LinuxResources.builder().build());
        var unified = new HashMap<>(had.unified());
        unified.putAll(wanted.unified());
        var now =
                new LinuxResources(
                        set(wanted.cpuPeriod(), had.cpuPeriod()),
                        set(wanted.cpuQuota(), had.cpuQuota()),
                        set(wanted.cpuShares(), had.cpuShares()),
                        set(wanted.memoryLimitBytes(), had.memoryLimitBytes()),
                        set(wanted.oomScoreAdj(), had.oomScoreAdj()),
                        wanted.cpusetCpus().isEmpty() ? had.cpusetCpus() : wanted.cpusetCpus(),
                        wanted.cpusetMems().isEmpty() ? had.cpusetMems() : wanted.cpusetMems(),
                        wanted.hugepageLimits().isEmpty()
                                ? had.hugepageLimits()
                                : wanted.hugepageLimits(),
                        unified,
                        set(wanted.memorySwapLimitBytes(), had.memorySwapLimitBytes()));
        update(box, s -> s.resources(now));
    }

    private static long set(long wanted, long had) {
        return wanted == 0 ? had : wanted;
    }

    /** Ends a running container; one that does not run stays as it is. */
    void exit(String id, int code, String reason) {
        var box = box("stop_container", id);
        if (box.status().state() != ContainerState.RUNNING) {
            return;
        }
        update(
                box,
                s ->
                        s.state(ContainerState.EXITED)
                                .finishedAt(clock.instant())
                                .exitCode(code)
                                .reason(reason));
        publish(id, box.sandboxId(), ContainerEvent.Type.STOPPED);
    }

    void removeContainer(String id) {
        var box = boxes.get(id);
        if (box == null) {
            return;
        }
        exit(id, 137, "Error");
        publish(id, box.sandboxId(), ContainerEvent.Type.DELETED);
        boxes.remove(id);
    }

    void update(Box box, UnaryOperator<ContainerStatus.Builder> change) {
        var changed = change.apply(box.status().toBuilder()).build();
        boxes.put(changed.id(), box.with(changed));
    }

    private void publish(String id, String sandboxId, ContainerEvent.Type type) {
        events.publish(
                new ContainerEvent(
                        id,
                        type,
                        clock.instant(),
                        Optional.ofNullable(pods.get(sandboxId)).map(Pod::status),
                        boxesOf(sandboxId).stream().map(Box::status).toList()));
    }

    List<Sandbox> list(SandboxFilter filter) {
        Predicate<SandboxStatus> wanted =
                s ->
                        filter.id().map(s.id()::equals).orElse(true)
                                && filter.state().map(s.state()::equals).orElse(true)
                                && s.labels()
                                        .entrySet()
                                        .containsAll(filter.labelSelector().entrySet());
        return pods.values().stream()
                .map(Pod::status)
                .filter(wanted)
                .map(s ->
                        new Sandbox(
                                s.id(),
                                s.metadata(),
                                s.state(),
                                s.createdAt(),
                                s.labels(),
                                s.annotations(),
                                s.runtimeHandler()))
                .toList();
    }

    List<Container> list(ContainerFilter filter) {
        Predicate<Box> wanted =
                b ->
                        filter.id().map(b.status().id()::equals).orElse(true)
                                && filter.state().map(b.status().state()::equals).orElse(true)
                                && filter.sandboxId().map(b.sandboxId()::equals).orElse(true)
                                && b.status()
                                        .labels()
                                        .entrySet()
                                        .containsAll(filter.labelSelector().entrySet());
        return boxes.values().stream()
                .filter(wanted)
                .map(b ->
                        new Container(
                                b.status().id(),
                                b.sandboxId(),
                                b.status().metadata(),
                                b.status().image(),
                                b.status().imageRef(),
                                b.status().imageId(),
                                b.status().state(),
                                b.status().createdAt(),
                                b.status().labels(),
                                b.status().annotations()))
                .toList();
    }
}
