package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.Failure;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.DesiredPod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions of one pod: what runs, and how the last try under each key ended. Owned by the pod's
 * worker; only the queue of results is touched by other threads.
 */
final class Activities {

    private static final Logger log = LoggerFactory.getLogger(Activities.class);

    private final ActionRunner runner;
    private final Ticks ticks;
    private final Runnable poke;
    private final Map<ActivityKey, Activity> byKey = new HashMap<>();

    /** Read by others who ask where an action stands. */
    private final Map<ActivityKey, Thread> threads = new ConcurrentHashMap<>();

    private final Map<ActivityKey, Integer> failures = new HashMap<>();
    private final Map<ActivityKey, Progress> progress = new HashMap<>();
    private final Queue<Result> results = new ConcurrentLinkedQueue<>();
    private Timeline timeline;

    /** How an action ended; {@code ended} null means it was cancelled. */
    private record Result(ActivityKey key, Thread thread, Ending ending) {}

    private sealed interface Ending {
        record Success(Outcome outcome) implements Ending {}

        record Failed(ActionFailedException why) implements Ending {}

        record Cancelled() implements Ending {}
    }

    Activities(ActionRunner runner, Ticks ticks, Instant begin, Runnable poke) {
        this.runner = runner;
        this.ticks = ticks;
        this.poke = poke;
        this.timeline = Timeline.from(begin);
    }

    Map<ActivityKey, Activity> byKey() {
        return byKey;
    }

    Map<ActivityKey, Progress> progress() {
        return progress;
    }

    Timeline timeline() {
        return timeline;
    }

    /** The thread of a running action; any thread may ask. */
    Optional<Thread> threadOf(ActivityKey key) {
        return Optional.ofNullable(threads.get(key));
    }

    /** Takes in what others measured of the start. */
    void timeline(Timeline extended) {
        timeline = extended;
    }

    void start(DesiredPod pod, Action action) {
        ActivityKey key = action.key();
        byKey.put(key, new Activity.Running(action, ticks.now()));
        log.debug("Pod {}: {} because {}", pod.ref(), key, action.why());
        Progress steps = new Progress(ticks);
        progress.put(key, steps);
        threads.put(
                key,
                NamedThreads.start("pod/" + pod.ref() + "/" + key, () -> run(pod, action, steps)));
    }

    void cancel(ActivityKey key) {
        Thread thread = threads.get(key);
        if (thread != null) {
            thread.interrupt();
        }
    }

    void cancelAll() {
        threads.values().forEach(Thread::interrupt);
    }

    private void run(DesiredPod pod, Action action, Progress steps) {
        Ending ending = end(pod, action, steps);
        results.add(new Result(action.key(), Thread.currentThread(), ending));
        poke.run();
    }

    private Ending end(DesiredPod pod, Action action, Progress steps) {
        try {
            return new Ending.Success(runner.run(pod, action, steps));
        } catch (ActionFailedException e) {
            return Thread.currentThread().isInterrupted()
                    ? new Ending.Cancelled()
                    : new Ending.Failed(e);
        } catch (InterruptedException e) {
            return new Ending.Cancelled();
        } catch (RuntimeException | Error e) {
            // An Error too ends only this action: the pod's worker must hear of it, or it would
            // wait for ever.
            if (Thread.currentThread().isInterrupted()) {
                return new Ending.Cancelled();
            }
            log.error(
                    "Pod {}: {} failed unexpectedly; it will be tried again",
                    pod.ref(),
                    action.key(),
                    e);
            return new Ending.Failed(new ActionFailedException("InternalError", String.valueOf(e)));
        }
    }

    /** Takes in what ended since the last call. */
    void collect() {
        for (Result r = results.poll(); r != null; r = results.poll()) {
            if (byKey.get(r.key) instanceof Activity.Running running
                    && threads.remove(r.key, r.thread)) {
                settle(running, r.ending);
            }
        }
    }

    private void settle(Activity.Running running, Ending ending) {
        ActivityKey key = running.action().key();
        Instant now = ticks.now();
        Progress steps = progress.remove(key);
        timeline =
                timeline.with(
                        key.words(),
                        running.since(),
                        now,
                        ending instanceof Ending.Success,
                        steps == null ? List.of() : steps.end(now));
        switch (ending) {
            case Ending.Success ok -> {
                failures.remove(key);
                byKey.put(key, new Activity.Done(running.action(), ok.outcome(), now));
            }
            case Ending.Cancelled _ -> byKey.remove(key);
            case Ending.Failed f -> {
                int count = failures.merge(key, 1, Integer::sum);
                Instant retryAt = f.why.retryAt().orElse(now.plus(Activity.Failed.pause(count)));
                Failure failure = f.why.failure();
                byKey.put(key, new Activity.Failed(running.action(), failure, count, now, retryAt));
            }
        }
    }
}
