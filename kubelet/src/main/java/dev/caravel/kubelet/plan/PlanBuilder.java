package dev.caravel.kubelet.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a plan for one snapshot. It decides one thing itself: an action whose key is under way,
 * or which failed and has to wait for its next try, does not enter the plan.
 */
public final class PlanBuilder {

    /** How long an action that reported success may take to show in the runtime's answers. */
    private static final Duration VISIBILITY = Duration.ofSeconds(5);

    private final PodSnapshot snapshot;
    private final List<Action> actions = new ArrayList<>();
    private final Set<ActivityKey> cancel = new HashSet<>();
    private final List<Plan.Wait> waiting = new ArrayList<>();
    private final Map<String, Plan.Hold> backOffs = new HashMap<>();
    private @Nullable Termination termination;
    private @Nullable Instant wakeUp;
    private boolean released;

    public PlanBuilder(PodSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Adds the action unless its key is busy or waits for its next try. */
    public void add(Action action) {
        ActivityKey key = action.key();
        if (actions.stream().anyMatch(a -> a.key().equals(key))) {
            return;
        }
        switch (snapshot.activities().get(key)) {
            case null -> actions.add(action);
            case Activity.Running running -> joinRunning(action, running);
            case Activity.Failed failed -> addAfterFailure(action, failed);
            case Activity.Done done -> addAfterSuccess(action, done);
        }
    }

    private void joinRunning(Action action, Activity.Running running) {
        if (running.action() instanceof Action.StopContainer old
                && action instanceof Action.StopContainer wanted
                && (wanted.deadline().isBefore(old.deadline())
                        || !wanted.containerId().equals(old.containerId()))) {
            cancel.add(action.key());
        }
        waiting.add(new Plan.Wait.Underway(running));
    }

    private void addAfterFailure(Action action, Activity.Failed failed) {
        if (sameWork(action, failed.action()) && failed.retryAt().isAfter(snapshot.now())) {
            wakeAt(failed.retryAt());
            waiting.add(new Plan.Wait.Retry(failed));
            return;
        }
        actions.add(action);
    }

    /**
     * The same work again so soon after it succeeded means that the runtime's answer is older than
     * the success.
     */
    private void addAfterSuccess(Action action, Activity.Done done) {
        Instant visible = done.since().plus(VISIBILITY);
        if (sameWork(action, done.action()) && visible.isAfter(snapshot.now())) {
            wakeAt(visible);
            wait("the runtime to show the " + done.action().key().words() + ", which is done");
            return;
        }
        actions.add(action);
    }

    private static boolean sameWork(Action a, Action b) {
        return switch (a) {
            case Action.StartContainer x ->
                    b instanceof Action.StartContainer y
                            && x.restartCount() == y.restartCount()
                            && x.sandboxId().equals(y.sandboxId());
            case Action.EnsureImage x ->
                    b instanceof Action.EnsureImage y
                            && x.restartCount() == y.restartCount()
                            && x.container()
                                    .spec()
                                    .getImage()
                                    .equals(y.container().spec().getImage());
            case Action.CreateSandbox x ->
                    b instanceof Action.CreateSandbox y && x.attempt() == y.attempt();
            case Action.StopSandbox x ->
                    b instanceof Action.StopSandbox y && x.sandboxId().equals(y.sandboxId());
            case Action.StopContainer x ->
                    b instanceof Action.StopContainer y && x.containerId().equals(y.containerId());
            case Action.RunPostStart x ->
                    b instanceof Action.RunPostStart y && x.containerId().equals(y.containerId());
            case Action.ResizePod x ->
                    b instanceof Action.ResizePod y
                            && x.target().equals(y.target())
                            && x.containers().equals(y.containers())
                            && x.pod() == y.pod();
            case Action.PreparePod _ -> b instanceof Action.PreparePod;
            case Action.RefreshVolumes _ -> false;
            case Action.RemoveContainer _ -> b instanceof Action.RemoveContainer;
            case Action.ReleasePod _ -> b instanceof Action.ReleasePod;
            case Action.RemoveRemains _ -> b instanceof Action.RemoveRemains;
        };
    }

    /** Interrupts what runs under the key. */
    public void cancel(ActivityKey key) {
        if (snapshot.isRunning(key)) {
            cancel.add(key);
        }
    }

    public void terminate(Termination wanted) {
        termination = wanted;
    }

    public void wait(String forWhat) {
        waiting.add(new Plan.Wait.Other(forWhat));
    }

    /** Asks for another look at {@code at}, or earlier if somebody else does. */
    public void wakeAt(Instant at) {
        if (wakeUp == null || at.isBefore(wakeUp)) {
            wakeUp = at;
        }
    }

    public void hold(String container, Plan.Hold hold) {
        backOffs.put(container, hold);
        wakeAt(hold.until());
        waiting.add(new Plan.Wait.HeldBack(container, hold));
    }

    public void released() {
        released = true;
    }

    /** Whether an action is planned or under way under a key of this topic. */
    public boolean isBusy(ActivityKey.Topic topic) {
        return snapshot.isRunning(topic)
                || actions.stream().anyMatch(a -> a.key().topic() == topic);
    }

    public Plan build() {
        return new Plan(
                actions,
                cancel,
                Optional.ofNullable(termination),
                waiting,
                backOffs,
                Optional.ofNullable(wakeUp),
                released);
    }
}
