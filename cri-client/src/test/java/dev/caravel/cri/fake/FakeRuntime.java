package dev.caravel.cri.fake;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.Image;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.SandboxConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A container runtime in memory, as strict as containerd and with its wording of states and
 * reasons. Nothing runs in it: a {@link Program} says what each container does, tests end
 * containers with {@link #exit} and break calls with {@link #fail} and {@link #hang}. It prints
 * itself.
 */
public final class FakeRuntime extends FakeCri {
    /** Matches every object in {@link #fail} and {@link #hang}. */
    public static final String ANY = "*";

    /**
     * A call that was made; {@code subject} is an id, a pod or container name before there is an
     * id, or an image.
     */
    public record Call(String operation, String subject) {}

    /** What a command run in a container does; may throw {@link RuntimeCallException}. */
    @FunctionalInterface
    public interface Exec {
        ExecResult run(ContainerStatus container, List<String> command, Duration timeout);
    }

    public FakeRuntime(Clock clock) {
        super(clock);
    }

    // What a test arranges

    /** Puts an image into the store, made up from its reference. */
    public Image addImage(String reference) {
        return addImage(FakeImages.named(reference));
    }

    public Image addImage(Image image) {
        return calls.locked(() -> {
            images.put(image);
            return image;
        });
    }

    /** Lets an image be pulled, by those who show {@code required} if that is given. */
    public Image serveImage(String reference, Optional<RegistryCredentials> required) {
        return calls.locked(() -> {
            var image = FakeImages.named(reference);
            images.serve(reference, image, required);
            return image;
        });
    }

    /** Adds a runtime handler beside the default ones, "" and "runc". */
    public void addHandler(String name) {
        handlers.add(name);
    }

    /** Says what containers created from now on do. */
    public void programs(Function<ContainerConfig, Program> newPrograms) {
        programs = newPrograms;
    }

    /** Says what commands do from now on; until then they end well and say nothing. */
    public void onExec(Exec newExec) {
        exec = newExec;
    }

    /** Says where the URLs of exec, attach and portForward lead. */
    public void streamingServer(String baseUrl) {
        streamingServer = baseUrl;
    }

    public void runtimeConfig(RuntimeConfig config) {
        runtimeConfig = config;
    }

    public void ready(boolean runtime, boolean network) {
        runtimeReady = runtime;
        networkReady = network;
    }

    /** Becomes a runtime that has no event stream, as containerd before 1.7. */
    public void withoutEvents() {
        sendsEvents = false;
        events.endAll();
    }

    /** Says what a running container uses. */
    public void usage(String containerId, long cpuNanos, long workingSetBytes, long diskBytes) {
        calls.locked(() -> {
            stats.set(containerId, cpuNanos, workingSetBytes, diskBytes);
            return containerId;
        });
    }

    /**
     * Makes calls fail.
     *
     * @param operation operation_type, such as {@code start_container}
     * @param object id, or name of the pod, container or image, or {@link #ANY}
     */
    public Fault fail(String operation, String object, Code code, String detail) {
        return fail(operation, object, code, detail, Integer.MAX_VALUE);
    }

    /** As {@link #fail(String, String, Code, String)}, for the next {@code times} calls. */
    public Fault fail(String operation, String object, Code code, String detail, int times) {
        return calls.add(new Fault(operation, object, new Fault.Effect.Fail(code, detail), times));
    }

    /** Makes calls wait until {@link Fault#end} or an interrupt of the caller; then they go on. */
    public Fault hang(String operation, String object) {
        return calls.add(new Fault(operation, object, new Fault.Effect.Hang(), Integer.MAX_VALUE));
    }

    /** Ends every fault. */
    public void endFaults() {
        calls.endFaults();
    }

    /** The runtime stops answering, and its event streams end; or it answers again. */
    public void unreachable(boolean down) {
        calls.gone(down ? Optional.of(Code.UNAVAILABLE) : Optional.empty());
        if (down) {
            events.endAll();
        }
    }

    /** Ends a running container by itself. */
    public void exit(String containerId, int exitCode) {
        exit(containerId, exitCode, exitCode == 0 ? "Completed" : "Error");
    }

    /** Ends a running container for a reason, such as {@code OOMKilled}. */
    public void exit(String containerId, int exitCode, String reason) {
        calls.locked(() -> {
            pods.running("exit", containerId);
            pods.exit(containerId, exitCode, reason);
            return containerId;
        });
    }

    /** Ends the sandbox process, and with it the containers, as a crash or a reboot does. */
    public void killSandbox(String id) {
        calls.locked(() -> {
            pods.stopSandbox(pods.pod("kill", id).status().id());
            return id;
        });
    }

    /** Lets the runtime lose track of a container. */
    public void loseTrackOf(String containerId) {
        calls.locked(() -> {
            pods.update(pods.box("lose", containerId), s -> s.state(ContainerState.UNKNOWN));
            return containerId;
        });
    }

    // What a test looks at

    /** Every call so far, in order. */
    public List<Call> calls() {
        return calls.log();
    }

    /** The newest container of this name in the newest sandbox of the pod. */
    public Optional<ContainerStatus> newest(String podName, String containerName) {
        return calls.locked(() ->
                pods.boxes().values().stream()
                        .filter(b -> b.config().metadata().name().equals(containerName))
                        .filter(b ->
                                pods.pod("look at", b.sandboxId())
                                        .config()
                                        .metadata()
                                        .name()
                                        .equals(podName))
                        .map(FakePods.Box::status)
                        .reduce((_, later) -> later));
    }

    public ContainerConfig configOf(String containerId) {
        return calls.locked(() -> pods.box("look at", containerId).config());
    }

    public SandboxConfig sandboxConfigOf(String sandboxId) {
        return calls.locked(() -> pods.pod("look at", sandboxId).config());
    }

    /** Number of event streams that are open. */
    public int openEventStreams() {
        return events.count();
    }

    @Override
    public String toString() {
        return calls.locked(() -> {
            var text = new StringBuilder("FakeRuntime\n");
            for (var pod : pods.pods().values()) {
                var s = pod.status();
                text.append(
                        "  %s %s/%s attempt %d %s %s%n"
                                .formatted(
                                        s.id(),
                                        s.metadata().namespace(),
                                        s.metadata().name(),
                                        s.metadata().attempt(),
                                        s.state(),
                                        s.ips()));
                for (var box : pods.boxesOf(s.id())) {
                    var c = box.status();
                    text.append(
                            "    %s %s attempt %d %s exit %d %s%n"
                                    .formatted(
                                            c.id(),
                                            c.metadata().name(),
                                            c.metadata().attempt(),
                                            c.state(),
                                            c.exitCode(),
                                            c.reason()));
                }
            }
            images.list().items().forEach(i -> text.append("  image " + i.repoTags() + "\n"));
            calls.faults().forEach(f -> text.append("  fault " + f + "\n"));
            return text.toString();
        });
    }
}
