package dev.caravel.kubelet.effect;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.hook.HookRunner;
import dev.caravel.kubelet.hook.HookTarget;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Ends a container: its preStop hook within the grace, then the runtime's stop with what is left
 * (contract §4.7).
 */
public final class ContainerStops {

    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private final ContainerRuntime runtime;
    private final RuntimeView view;
    private final HookRunner hooks;
    private final EventSink events;
    private final Ticks ticks;

    public ContainerStops(
            ContainerRuntime runtime,
            RuntimeView view,
            HookRunner hooks,
            EventSink events,
            Ticks ticks) {
        this.runtime = runtime;
        this.view = view;
        this.hooks = hooks;
        this.events = events;
        this.ticks = ticks;
    }

    void stop(DesiredPod pod, Action.StopContainer action) throws InterruptedException {
        Optional<PodContainer> container = PodContainer.byName(pod.pod(), action.containerName());
        action.message().ifPresent(m -> event(pod, container, EventType.NORMAL, "Killing", m));
        long start = ticks.nanos();
        if (container.isPresent() && !action.grace().isZero()) {
            preStop(pod, container.get(), action);
        }
        Duration left = action.grace().minusNanos(ticks.nanos() - start);
        try {
            runtime.stopContainer(
                    action.containerId(), left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
        } catch (RuntimeCallException e) {
            if (!e.isCancelled()) {
                event(
                        pod,
                        container,
                        EventType.WARNING,
                        "FailedKillPod",
                        "error killing container " + action.containerName() + ": " + e.detail());
            }
            throw e;
        }
        look(pod, action.containerId());
    }

    private void look(DesiredPod pod, String containerId) {
        ObservedPod observed = view.of(pod.ref().uid());
        String sandbox =
                observed.containers().stream()
                        .filter(c -> c.id().equals(containerId))
                        .map(c -> c.sandboxId())
                        .findFirst()
                        .or(() -> observed.newestSandbox().map(ObservedSandbox::id))
                        .orElse("");
        try {
            view.note(pod.ref(), sandbox, runtime.containerStatus(containerId));
        } catch (RuntimeCallException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            view.noteRemoved(pod.ref().uid(), containerId);
        }
    }

    private void preStop(DesiredPod pod, PodContainer container, Action.StopContainer action)
            throws InterruptedException {
        if (container.spec().getLifecycle() == null
                || container.spec().getLifecycle().getPreStop() == null) {
            return;
        }
        List<String> ips =
                view.of(pod.ref().uid())
                        .newestSandbox()
                        .map(ObservedSandbox::ips)
                        .orElse(List.of());
        HookTarget target = HookTarget.of(pod.pod(), container, action.containerId(), ips);
        // A hook that fails has said so in an event; the container is stopped all the same.
        hooks.preStop(target, container.spec().getLifecycle().getPreStop(), action.grace());
    }

    private void event(
            DesiredPod pod,
            Optional<PodContainer> c,
            EventType type,
            String reason,
            String message) {
        events.event(pod.ref(), c.map(x -> x.kind().fieldPath(x.name())), type, reason, message);
    }
}
