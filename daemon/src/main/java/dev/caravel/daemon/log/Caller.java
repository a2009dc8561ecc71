package dev.caravel.daemon.log;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a record was written.
 *
 * @param directory the last part of the package
 * @param file source file name
 * @param line line number, 0 when unknown
 */
record Caller(String directory, String file, int line) {
    static final Caller UNKNOWN = new Caller("", "???", 1);

    /** Looks at a handful of frames only; a stack trace would fill in and copy all of them. */
    private static final StackWalker WALKER = StackWalker.getInstance();

    /** The first frame above the logging libraries. To be called on the thread that logs. */
    static Caller find() {
        return WALKER.walk(Caller::first).map(Caller::of).orElse(UNKNOWN);
    }

    private static Optional<StackWalker.StackFrame> first(Stream<StackWalker.StackFrame> frames) {
        return frames.dropWhile(frame -> isLogging(frame.getClassName())).findFirst();
    }

    private static boolean isLogging(String className) {
        return className.startsWith("ch.qos.logback.")
                || className.startsWith("org.slf4j.")
                || className.startsWith("java.util.logging.")
                || className.equals(Caller.class.getName())
                || className.equals(LineAppender.class.getName())
                || className.equals(JulBridge.class.getName());
    }

    private static Caller of(StackWalker.StackFrame frame) {
        String className = frame.getClassName();
        int dot = className.lastIndexOf('.');
        String packageName = dot < 0 ? "" : className.substring(0, dot);
        String file = frame.getFileName();
        return new Caller(
                packageName.substring(packageName.lastIndexOf('.') + 1),
                file == null ? "???" : file,
                Math.max(frame.getLineNumber(), 0));
    }
}
