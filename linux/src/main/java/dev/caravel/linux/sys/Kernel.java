package dev.caravel.linux.sys;

/**
 * The kernel of this machine, by topic. Getting a topic costs nothing; the native library is loaded
 * by the first call made through it.
 */
public final class Kernel {
    private Kernel() {}

    /** Files. */
    public static FileCalls files() {
        return new NativeFileCalls(Architecture.current());
    }

    /** Mounts. */
    public static MountCalls mounts() {
        return new NativeMountCalls();
    }

    /** Processes and limits. */
    public static ProcessCalls processes() {
        return new NativeProcessCalls();
    }
}
