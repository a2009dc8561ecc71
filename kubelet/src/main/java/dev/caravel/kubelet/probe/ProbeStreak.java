package dev.caravel.kubelet.probe;

/**
 * Consecutive results of one probe, and the verdict they amount to: it changes only when a
 * threshold of equal results is reached (contract §5.6).
 *
 * @param verdict what counts now
 * @param lastSucceeded whether the last run did
 * @param run how many runs in a row ended like the last
 */
record ProbeStreak(Verdict verdict, boolean lastSucceeded, int run) {

    /** What a probe says about its container. */
    enum Verdict {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    static ProbeStreak startingWith(Verdict verdict) {
        return new ProbeStreak(verdict, false, 0);
    }

    /**
     * After one more run that was a success or a failure; runs without an answer do not come here.
     */
    ProbeStreak after(boolean succeeded, ProbePlan plan) {
        int length = run > 0 && succeeded == lastSucceeded ? run + 1 : 1;
        int threshold = succeeded ? plan.successThreshold() : plan.failureThreshold();
        Verdict now =
                length >= threshold ? (succeeded ? Verdict.SUCCESS : Verdict.FAILURE) : verdict;
        return new ProbeStreak(now, succeeded, length);
    }
}
