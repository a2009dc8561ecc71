package dev.caravel.linux.sys;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file of this process. Whoever got it closes it, best in a try-with-resources. Not to be
 * used by several threads at once unless its user says so.
 */
public final class Descriptor implements AutoCloseable {
    /**
     * Longest description that is carried along. A tree of ten thousand folders would otherwise
     * cost its whole path for every file opened in it.
     */
    private static final int LONGEST = 1024;

    private final int number;
    private final String what;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int number, String what) {
        this.number = number;
        this.what = what;
    }

    /** The number the kernel knows it by. */
    int number() {
        if (closed.get()) {
            throw new IllegalStateException("file descriptor of " + what + " is closed");
        }
        return number;
    }

    /**
     * A path that leads to this very file whatever happens to its name meanwhile. Only this process
     * can use it, and only until it is closed.
     */
    public Path procPath() {
        return Path.of("/proc/self/fd/" + number());
    }

    /** Path of an entry of this folder, for messages; the front is cut where it grows too long. */
    String describe(DirectoryEntry entry) {
        String path = what + "/" + entry;
        return path.length() <= LONGEST ? path : "..." + path.substring(path.length() - LONGEST);
    }

    /** Path of the folder above, for messages. */
    String describeParent() {
        int slash = what.lastIndexOf('/');
        return slash > 0 ? what.substring(0, slash) : what + "/..";
    }

    /** Closes it; once is enough, more do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Linux frees the number even when it reports an error, and data that matters is
            // written with an explicit fsync, so there is nothing to do about a failure.
            Native.libc().close(number);
        }
    }

    /** What it was opened from, for messages. */
    @Override
    public String toString() {
        return what;
    }
}
