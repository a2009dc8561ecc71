package dev.caravel.kubelet.node;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.RuntimeVersion;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the container runtime every few seconds whether it and the pod network are well (contract
 * §6.2, §10.4). The node is not ready when it has not answered for 30 s.
 */
public final class RuntimeHealth implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RuntimeHealth.class);

    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final Supplier<Optional<String>> relist;
    private final Ticks ticks;
    private final Runnable changed;
    private volatile State state = State.UNKNOWN;
    private boolean askVersion = true;
    private @Nullable Thread thread;

    /** What the last answers said. */
    private record State(
            Optional<RuntimeVersion> version,
            Optional<RuntimeStatus> status,
            Optional<String> runtimeProblem,
            Optional<String> networkProblem,
            Optional<Long> lastGood) {
        private static final State UNKNOWN =
                new State(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("container runtime status check may not have completed yet"),
                        Optional.empty());
    }

    /**
     * @param relist why the view of running pods is too old, or empty (see {@code RuntimeView})
     * @param changed called when an answer differs from the one before
     */
    public RuntimeHealth(
            ContainerRuntime runtime,
            Supplier<Optional<String>> relist,
            Ticks ticks,
            Runnable changed) {
        this.runtime = runtime;
        this.relist = relist;
        this.ticks = ticks;
        this.changed = changed;
    }

    /** Starts asking. */
    public void start() {
        thread = NamedThreads.start("runtime-health", this::run);
    }

    /** Asks now; while the node waits to become ready this shortens the wait. */
    public synchronized void check() {
        State before = state;
        State after = ask(before);
        state = after;
        if (!after.status.equals(before.status)
                || !after.networkProblem.equals(before.networkProblem)
                || !after.runtimeProblem.equals(before.runtimeProblem)) {
            log.info(
                    "Container runtime: {}",
                    problems().isEmpty() ? "ready" : String.join("; ", problems()));
            changed.run();
        }
    }

    /** Why pods cannot run, in the words the Ready condition shows; empty when they can. */
    public List<String> problems() {
        State now = state;
        List<String> problems = new ArrayList<>();
        if (now.lastGood.isEmpty()) {
            problems.add("container runtime status check may not have completed yet");
        } else if (ticks.nanos() - now.lastGood.get() >= PATIENCE.toNanos()) {
            problems.add("container runtime is down");
        }
        relist.get().ifPresent(why -> problems.add("PLEG is not healthy: " + why));
        now.runtimeProblem.ifPresent(problems::add);
        now.networkProblem.ifPresent(problems::add);
        return List.copyOf(problems);
    }

    /** Whether pods that need the pod network may start; host network pods need not wait. */
    public Optional<String> networkProblem() {
        return state.networkProblem;
    }

    /** Name and version, once it answered. */
    public Optional<RuntimeVersion> version() {
        return state.version;
    }

    /** Handlers and features, from the last answer of a ready runtime. */
    public Optional<RuntimeStatus> status() {
        return state.status;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                check();
                ticks.sleep(PERIOD);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private State ask(State before) {
        try {
            RuntimeStatus answer = runtime.status(false);
            // A runtime that was away may have come back as another version.
            Optional<RuntimeVersion> version =
                    askVersion ? Optional.of(runtime.version()) : before.version;
            askVersion = false;
            Optional<String> network =
                    problem(answer, RuntimeStatus.NETWORK_READY)
                            .map(p -> "container runtime network not ready: " + p);
            Optional<String> broken =
                    problem(answer, RuntimeStatus.RUNTIME_READY)
                            .map(p -> "container runtime not ready: " + p);
            if (broken.isPresent()) {
                return new State(version, before.status, broken, network, before.lastGood);
            }
            return new State(
                    version,
                    Optional.of(answer),
                    Optional.empty(),
                    network,
                    Optional.of(ticks.nanos()));
        } catch (RuntimeCallException failed) {
            askVersion = true;
            log.warn(
                    "Container runtime does not say how it is: {}. Next try in {} s.",
                    failed.getMessage(),
                    PERIOD.toSeconds());
            return before;
        }
    }

    private static Optional<String> problem(RuntimeStatus answer, String type) {
        Optional<RuntimeStatus.Condition> condition = answer.condition(type);
        if (condition.isEmpty()) {
            return Optional.of("<nil>");
        }
        RuntimeStatus.Condition c = condition.get();
        return c.status()
                ? Optional.empty()
                : Optional.of(c.type() + "=false reason:" + c.reason() + " message:" + c.message());
    }
}
