package dev.caravel.kubelet.observe;

import dev.caravel.cri.ContainerEvent;
import dev.caravel.cri.ContainerEvents;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.pod.PodRef;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link RuntimeView} fresh: follows the runtime's events where it sends any, and relists
 * often without them, seldom with them. An event is a hint where to look, never a fact.
 */
public final class RuntimeEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RuntimeEvents.class);

    private static final Duration RELIST = Duration.ofSeconds(1);
    private static final Duration RELIST_WITH_EVENTS = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final ContainerRuntime runtime;
    private final RuntimeView view;
    private final Ticks ticks;
    private final Thread relister;
    private final Thread follower;
    private volatile boolean following;
    private boolean relistFailing;

    /** Starts following and relisting at once. */
    public RuntimeEvents(ContainerRuntime runtime, RuntimeView view, Ticks ticks) {
        this.runtime = runtime;
        this.view = view;
        this.ticks = ticks;
        this.follower = NamedThreads.start("cri/events", this::follow);
        this.relister = NamedThreads.start("cri/relist", this::relist);
    }

    private void relist() {
        try {
            while (true) {
                relistOnce();
                ticks.sleep(following ? RELIST_WITH_EVENTS : RELIST);
            }
        } catch (InterruptedException e) {
            log.debug("Relisting ends");
        }
    }

    private void relistOnce() throws InterruptedException {
        try {
            view.relist(PATIENCE);
            if (relistFailing) {
                log.info("The container runtime lists its pods again");
            }
            relistFailing = false;
        } catch (RuntimeCallException e) {
            if (!relistFailing) {
                log.error(
                        "Listing pods and containers failed: {}. Trying again every second.",
                        e.getMessage());
            }
            relistFailing = true;
        } catch (RuntimeException e) {
            log.error("Looking at all pods failed unexpectedly; trying again", e);
        }
    }

    private void follow() {
        try {
            while (followOnce()) {
                ticks.sleep(RECONNECT);
            }
        } catch (InterruptedException e) {
            log.debug("Following the runtime's events ends");
        }
        following = false;
    }

    /** Returns whether another try makes sense. */
    private boolean followOnce() {
        try (ContainerEvents events = runtime.containerEvents()) {
            while (true) {
                ContainerEvent event = events.next();
                if (!following) {
                    following = true;
                    log.info(
                            "The container runtime sends events; relisting only every {} s",
                            RELIST_WITH_EVENTS.toSeconds());
                }
                handle(event);
            }
        } catch (RuntimeCallException e) {
            following = false;
            if (e.isUnimplemented()) {
                log.info("The container runtime sends no events; relisting every second");
                return false;
            }
            if (e.isCancelled()) {
                return false;
            }
            log.warn(
                    "The runtime's event stream ended: {}. Opening it again; relisting every second meanwhile.",
                    e.getMessage());
            return true;
        }
    }

    private void handle(ContainerEvent event) {
        Optional<PodRef> pod =
                event.sandbox()
                        .flatMap(s -> Observations.pod(s.labels()))
                        .or(() ->
                                event.containers().stream()
                                        .flatMap(c -> Observations.pod(c.labels()).stream())
                                        .findFirst());
        if (pod.isEmpty() || known(pod.get(), event)) {
            return;
        }
        view.refreshSoon(pod.get());
    }

    /** Whether the view already shows what the event says: most are echoes of our own calls. */
    private boolean known(PodRef pod, ContainerEvent event) {
        ObservedPod observed = view.of(pod.uid());
        Optional<ContainerState> container =
                observed.containers().stream()
                        .filter(c -> c.id().equals(event.containerId()))
                        .map(ObservedContainer::state)
                        .findFirst();
        Optional<Boolean> sandbox =
                observed.sandboxes().stream()
                        .filter(s -> s.id().equals(event.containerId()))
                        .map(ObservedSandbox::ready)
                        .findFirst();
        return switch (event.type()) {
            // A container that only exists changes nothing; its start or end will be told.
            case CREATED -> true;
            case STARTED ->
                    container
                                    .filter(s ->
                                            s == ContainerState.RUNNING
                                                    || s == ContainerState.EXITED)
                                    .isPresent()
                            || sandbox.isPresent();
            case STOPPED ->
                    container.filter(s -> s == ContainerState.EXITED).isPresent()
                            || sandbox.filter(ready -> !ready).isPresent();
            case DELETED -> container.isEmpty() && sandbox.isEmpty();
        };
    }

    @Override
    public void close() {
        follower.interrupt();
        relister.interrupt();
    }
}
