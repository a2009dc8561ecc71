package dev.caravel.kubelet.status;

import dev.caravel.cri.ContainerUser;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Failure;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.plan.PodSnapshot;
import dev.caravel.kubelet.plan.RestartPolicies;
import dev.caravel.kubelet.pod.ContainerKind;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountStatus;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Works out the status of one container. */
final class ContainerReport {

    private static final int UNKNOWN_EXIT = 137;
    private static final String GONE =
            "The container could not be located when the pod was deleted.  The container used to be Running";

    private final PodSnapshot s;
    private final Plan plan;
    private final PodContainer c;
    private final Optional<ContainerStatus> before;
    private final String runtimeName;
    private final boolean initialized;
    private final Optional<ObservedContainer> newest;
    private final boolean restartingAll;

    ContainerReport(
            PodSnapshot s,
            Plan plan,
            PodContainer c,
            PodStatus previous,
            String runtimeName,
            boolean initialized) {
        this.s = s;
        this.plan = plan;
        this.c = c;
        this.before =
                Stream.of(
                                previous.getInitContainerStatuses(),
                                previous.getContainerStatuses(),
                                previous.getEphemeralContainerStatuses())
                        .flatMap(List::stream)
                        .filter(x -> c.name().equals(x.getName()))
                        .findFirst();
        this.runtimeName = runtimeName;
        this.initialized = initialized;
        this.newest = s.observed().newest(c.name());
        this.restartingAll =
                c.kind() != ContainerKind.EPHEMERAL && RestartingAll.begun(s, previous);
    }

    ContainerStatus status() {
        ContainerStatusBuilder out =
                new ContainerStatusBuilder()
                        .withName(c.name())
                        .withImage(c.spec().getImage())
                        .withImageID("")
                        .withRestartCount(
                                newest.map(ObservedContainer::restartCount)
                                        .orElseGet(this::lostCount))
                        .withState(state())
                        .withLastState(lastState());
        newest.ifPresent(o -> describe(out, o));
        boolean started = started();
        out.withStarted(c.kind() == ContainerKind.EPHEMERAL ? null : started);
        out.withReady(ready(started));
        if (!c.spec().getVolumeMounts().isEmpty()) {
            out.withVolumeMounts(
                    c.spec().getVolumeMounts().stream().map(ContainerReport::mount).toList());
        }
        return out.build();
    }

    private void describe(ContainerStatusBuilder out, ObservedContainer o) {
        out.withContainerID(runtimeName + "://" + o.id());
        out.withImage(o.status().image().image());
        out.withImageID(o.status().imageRef());
        o.status().user().ifPresent(u -> user(out, u));
        out.withResources(
                ResourceReport.ofContainer(
                        c, o, s.resizing().actuated(), before.filter(b -> sameContainer(b, o))));
        if (c.spec().getResources() != null && c.spec().getResources().getRequests() != null) {
            out.withAllocatedResources(c.spec().getResources().getRequests());
        }
    }

    private static void user(ContainerStatusBuilder out, ContainerUser u) {
        out.withNewUser()
                .withNewLinux()
                .withUid(u.uid())
                .withGid(u.gid())
                .withSupplementalGroups(u.supplementalGroups())
                .endLinux()
                .endUser();
    }

    private static VolumeMountStatus mount(VolumeMount m) {
        VolumeMountStatusBuilder b =
                new VolumeMountStatusBuilder()
                        .withName(m.getName())
                        .withMountPath(m.getMountPath());
        if (Boolean.TRUE.equals(m.getReadOnly())) {
            b.withReadOnly(true).withRecursiveReadOnly("Disabled");
        }
        return b.build();
    }

    private ContainerState state() {
        Optional<Failure> trouble = trouble();
        if (wasTakenDown()) {
            return waiting(new Failure(RestartingAll.REASON, RestartingAll.MESSAGE));
        }
        if (newest.isEmpty()) {
            return waiting(trouble.orElseGet(this::notYet));
        }
        ObservedContainer o = newest.get();
        return switch (o.state()) {
            case RUNNING -> running(o);
            case EXITED ->
                    trouble.filter(_ -> willRestart(o))
                            .map(ContainerReport::waiting)
                            .orElseGet(() -> terminated(o));
            case CREATED -> waiting(trouble.orElseGet(this::notYet));
            case UNKNOWN ->
                    before.map(ContainerStatus::getState).orElseGet(() -> waiting(notYet()));
        };
    }

    /** Removed because all containers of the pod restart; not the state before it says so. */
    private boolean wasTakenDown() {
        return newest.isEmpty() && restartingAll && before.isPresent();
    }

    private ContainerState lastState() {
        if (wasTakenDown() && before.orElseThrow().getState().getWaiting() == null) {
            return RestartingAll.ended();
        }
        if (newest.isEmpty()) {
            return lostState();
        }
        ObservedContainer o = newest.get();
        if (o.hasExited() && state().getTerminated() == null) {
            return terminated(o);
        }
        return s.observed()
                .lastExited(c.name(), o.id())
                .map(this::terminated)
                .or(() -> before.map(b -> endBefore(b, o)))
                .orElseGet(ContainerState::new);
    }

    /** How the container before this one ended, if the runtime does not know it any more. */
    private ContainerState endBefore(ContainerStatus b, ObservedContainer o) {
        if (!sameContainer(b, o) && b.getState().getTerminated() != null) {
            return b.getState();
        }
        return Optional.ofNullable(b.getLastState()).orElseGet(ContainerState::new);
    }

    /** A container that ran and of which the runtime knows nothing any more, as after a reboot. */
    private ContainerState lostState() {
        if (before.isEmpty()) {
            return new ContainerState();
        }
        ContainerState was = before.get().getState();
        if (was.getTerminated() != null) {
            return was;
        }
        if (was.getRunning() == null) {
            return Optional.ofNullable(before.get().getLastState()).orElseGet(ContainerState::new);
        }
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withReason("ContainerStatusUnknown")
                .withMessage(GONE)
                .withExitCode(UNKNOWN_EXIT)
                .endTerminated()
                .build();
    }

    private int lostCount() {
        if (wasTakenDown()) {
            ContainerStatus b = before.orElseThrow();
            return b.getRestartCount() + (b.getState().getWaiting() == null ? 1 : 0);
        }
        return before.map(b ->
                        b.getState().getRunning() != null
                                        && !RestartPolicies.ofPod(s.pod()).equals("Never")
                                ? b.getRestartCount() + 1
                                : b.getRestartCount())
                .orElse(0);
    }

    private boolean willRestart(ObservedContainer o) {
        return plan.termination().isEmpty()
                && RestartPolicies.restarts(s.pod(), c, o.status().exitCode());
    }

    /** Why the container cannot start now: held back, or its last try failed. */
    private Optional<Failure> trouble() {
        Plan.Hold hold = plan.backOffs().get(c.name());
        if (hold != null) {
            return Optional.of(
                    new Failure(
                            "CrashLoopBackOff",
                            "back-off "
                                    + goDuration(hold.delay().toSeconds())
                                    + " restarting failed container="
                                    + c.name()
                                    + " pod="
                                    + s.desired().ref().longName()));
        }
        return failed(ActivityKey.image(c.name()))
                .or(() -> failed(ActivityKey.start(c.name())))
                .or(() -> failed(ActivityKey.hook(c.name())));
    }

    private Optional<Failure> failed(ActivityKey key) {
        return s.activity(key)
                .filter(Activity.Failed.class::isInstance)
                .map(Activity.Failed.class::cast)
                .filter(f -> !(f.action() instanceof Action.StopContainer))
                .map(Activity.Failed::failure);
    }

    private static String goDuration(long seconds) {
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }

    private Failure notYet() {
        boolean creating = c.kind().isInit() ? PodContainer.inits(s.pod()).isEmpty() : initialized;
        boolean noInits = PodContainer.inits(s.pod()).isEmpty();
        return new Failure(creating || noInits ? "ContainerCreating" : "PodInitializing", "");
    }

    private static ContainerState waiting(Failure why) {
        var w = new ContainerStateBuilder().withNewWaiting().withReason(why.reason());
        if (!why.message().isEmpty()) {
            w.withMessage(why.message());
        }
        return w.endWaiting().build();
    }

    private static ContainerState running(ObservedContainer o) {
        return new ContainerStateBuilder()
                .withNewRunning(time(o.status().startedAt().orElse(o.createdAt())))
                .build();
    }

    private ContainerState terminated(ObservedContainer o) {
        var t =
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(o.status().exitCode())
                        .withReason(reason(o))
                        .withContainerID(runtimeName + "://" + o.id())
                        .withStartedAt(time(o.status().startedAt().orElse(Instant.EPOCH)))
                        .withFinishedAt(time(o.finishedAt()));
        if (!o.terminationMessage().isEmpty()) {
            t.withMessage(o.terminationMessage());
        } else if (!o.status().message().isEmpty()) {
            t.withMessage(o.status().message());
        }
        return t.endTerminated().build();
    }

    private static String reason(ObservedContainer o) {
        if (!o.status().reason().isEmpty()) {
            return o.status().reason();
        }
        return o.status().exitCode() == 0 ? "Completed" : "Error";
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Started: its startup probe has succeeded or it has none, and its postStart hook is over. */
    private boolean started() {
        if (newest.isEmpty() || !newest.get().isRunning()) {
            return false;
        }
        ObservedContainer o = newest.get();
        if (s.isRunning(ActivityKey.hook(c.name()))) {
            return false;
        }
        return s.verdict(c.name(), o.id())
                .map(v -> v.started())
                .or(() ->
                        before.filter(b -> sameContainer(b, o))
                                .map(b -> Boolean.TRUE.equals(b.getStarted())))
                .orElse(c.spec().getStartupProbe() == null);
    }

    private boolean ready(boolean started) {
        return switch (c.kind()) {
            case INIT -> newest.filter(ObservedContainer::succeeded).isPresent();
            case EPHEMERAL -> false;
            case SIDECAR, REGULAR -> started && passesReadiness(newest.orElseThrow());
        };
    }

    private boolean passesReadiness(ObservedContainer o) {
        return s.verdict(c.name(), o.id())
                .map(v -> v.ready())
                .or(() ->
                        before.filter(b -> sameContainer(b, o))
                                .map(b -> Boolean.TRUE.equals(b.getReady())))
                .orElse(c.spec().getReadinessProbe() == null);
    }

    private boolean sameContainer(ContainerStatus b, ObservedContainer o) {
        return (runtimeName + "://" + o.id()).equals(b.getContainerID());
    }
}
