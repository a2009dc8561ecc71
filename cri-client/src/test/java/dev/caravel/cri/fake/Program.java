package dev.caravel.cri.fake;

/** What the first process of a fake container does once started. */
public sealed interface Program {
    /** Runs until it is stopped, killed or {@link FakeRuntime#exit ended by the test}. */
    record Runs(int exitCodeWhenStopped) implements Program {}

    /** Ends at once. */
    record Exits(int exitCode) implements Program {}

    /** Cannot be started, as when the command is missing in the image. */
    record CannotStart(String message) implements Program {}

    /** Runs and hears no SIGTERM, as {@code sleep} does that is process 1. */
    static Program runs() {
        return new Runs(137);
    }
}
