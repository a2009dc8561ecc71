package dev.caravel.kubelet.observe;

import dev.caravel.daemon.run.NamedThreads;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at pods side by side, each on a virtual thread, at most one at a time for a pod: a call
 * that hangs for one pod delays no other.
 */
final class PodLooks {

    /** By pod; the value says whether to look once more when the look under way has ended. */
    private final Map<String, Boolean> underWay = new ConcurrentHashMap<>();

    /** Looks at the pod; if that is being done already, once more afterwards. */
    void look(String uid, Runnable look) {
        if (underWay.merge(uid, false, (_, _) -> true)) {
            return;
        }
        NamedThreads.start("look/" + uid, () -> run(uid, look));
    }

    /**
     * Looks at the pod unless that is being done already.
     *
     * @param ended called when the look has ended, and at once if there is none
     */
    void lookIfIdle(String uid, Runnable look, Runnable ended) {
        if (underWay.putIfAbsent(uid, false) != null) {
            ended.run();
            return;
        }
        NamedThreads.start(
                "look/" + uid,
                () -> {
                    try {
                        run(uid, look);
                    } finally {
                        ended.run();
                    }
                });
    }

    private void run(String uid, Runnable look) {
        boolean again = true;
        while (again) {
            try {
                look.run();
            } finally {
                again = underWay.computeIfPresent(uid, (_, more) -> more ? false : null) != null;
            }
        }
    }
}
