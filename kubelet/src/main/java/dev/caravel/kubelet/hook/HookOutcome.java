package dev.caravel.kubelet.hook;

/** What became of a hook. */
public sealed interface HookOutcome {

    /** It did what it was to do. */
    record Done() implements HookOutcome {}

    /**
     * It failed.
     *
     * @param message for the status of a container whose postStart failed; may hold what the hook
     *     printed, so it goes into no event
     */
    record Failed(String message) implements HookOutcome {
        /** Reason of a container killed because its postStart hook failed. */
        public static final String POST_START_REASON = "PostStartHookError";
    }

    /** It had not ended when the time for it was over. */
    record OutOfTime() implements HookOutcome {}
}
