package dev.caravel.daemon.run;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * The end of the process. The reason of a fatal end is the last line on stderr, because that is the
 * line people see in {@code systemctl status} (ecosystem.md §4.3).
 */
public final class ProcessExit {
    /** Ended as asked. */
    public static final int OK = 0;

    /** Wrong configuration or a fatal error. */
    public static final int FAILED = 1;

    private final PrintStream err;
    private final Runnable beforeEnd;
    private final IntConsumer end;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param beforeEnd flushes and closes the log, so that nothing follows the reason
     * @param end ends the process with a code, in production {@code Runtime::halt}
     */
    public ProcessExit(PrintStream err, Runnable beforeEnd, IntConsumer end) {
        this.err = err;
        this.beforeEnd = beforeEnd;
        this.end = end;
    }

    /** Writes to stderr and halts the JVM. */
    public static ProcessExit system(Runnable beforeEnd) {
        return new ProcessExit(System.err, beforeEnd, Runtime.getRuntime()::halt);
    }

    /** Ends with {@link #FAILED}; callable from any thread, only the first call counts. */
    public void fatal(String reason) {
        if (ended.compareAndSet(false, true)) {
            beforeEnd.run();
            err.println("Error: " + reason);
            err.flush();
            end.accept(FAILED);
        }
    }

    /** Ends with {@link #OK}. */
    public void done() {
        if (ended.compareAndSet(false, true)) {
            beforeEnd.run();
            err.flush();
            end.accept(OK);
        }
    }
}
