package dev.caravel.ctl;

/** Exit codes of every sub-command. */
final class ExitCode {

    /** All is well. */
    static final int OK = 0;

    /** The thing looked at is not well; what and why was printed. */
    static final int FAULT = 1;

    /** The command was not called the way it wants to be. */
    static final int USAGE = 2;

    private ExitCode() {}
}
