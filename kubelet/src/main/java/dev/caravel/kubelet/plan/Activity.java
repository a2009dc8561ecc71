package dev.caravel.kubelet.plan;

import java.time.Duration;
import java.time.Instant;

/** How far an action has come; kept by the pod's worker under the action's key. */
public sealed interface Activity {

    Action action();

    Instant since();

    /** Under way since {@link #since}. */
    record Running(Action action, Instant since) implements Activity {}

    /** Done at {@link #since}. */
    record Done(Action action, Outcome outcome, Instant since) implements Activity {}

    /**
     * Failed at {@link #since}; to be tried again at {@code retryAt}.
     *
     * @param failures how many times in a row
     */
    record Failed(Action action, Failure failure, int failures, Instant since, Instant retryAt)
            implements Activity {

        private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
        private static final Duration LAST_RETRY = Duration.ofSeconds(10);

        /** The pause after {@code failures} failures in a row: 1 s, 2 s, 4 s, 8 s, then 10 s. */
        public static Duration pause(int failures) {
            Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 4));
            return pause.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause;
        }
    }
}
