package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One inotify instance (inotify(7)). One thread takes events; any thread may watch, unwatch and
 * close. Most callers want {@code dev.caravel.linux.fs.FileWatch}, which owns that thread.
 */
public final class Inotify implements AutoCloseable {
    private static final int IN_CLOEXEC = 02000000;
    private static final int IN_NONBLOCK = 04000;
    private static final int IN_MASK_ADD = 0x20000000;
    private static final int IN_ISDIR = 0x40000000;
    private static final int EFD_CLOEXEC = 02000000;
    private static final short POLLIN = 1;
    private static final int POLLFD_SIZE = 8;
    private static final int HEADER = 16;

    /** Room for dozens of events; one needs at most 16 + 256 bytes. */
    private static final int BUFFER = 16 * 1024;

    private final Descriptor inotify;
    private final Descriptor wakeUp;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean closed;

    private Inotify(Descriptor inotify, Descriptor wakeUp) {
        this.inotify = inotify;
        this.wakeUp = wakeUp;
    }

    /**
     * Opens an instance; fails with {@code EMFILE} when fs.inotify.max_user_instances is used up.
     */
    public static Inotify open() throws SystemCallException {
        int fd = Native.libc().inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (fd < 0) {
            throw Native.failure("inotify_init1", "new instance");
        }
        Descriptor inotify = new Descriptor(fd, "inotify");
        int event = Native.libc().eventfd(0, EFD_CLOEXEC);
        if (event < 0) {
            SystemCallException failure = Native.failure("eventfd", "wake-up of inotify");
            inotify.close();
            throw failure;
        }
        return new Inotify(inotify, new Descriptor(event, "wake-up of inotify"));
    }

    /**
     * Watches a file or folder.
     *
     * @return number of the watch; a path watched twice has one number, and its kinds add up
     */
    public int watch(Path path, Set<Kind> kinds) throws SystemCallException {
        int mask = IN_MASK_ADD;
        for (Kind kind : kinds) {
            mask |= kind.bit;
        }
        int watch = Native.libc().inotify_add_watch(inotify.number(), CStrings.of(path), mask);
        if (watch < 0) {
            throw Native.failure("inotify_add_watch", path.toString());
        }
        return watch;
    }

    /** Ends a watch; one that has ended by itself is no error. */
    public void unwatch(int watch) throws SystemCallException {
        if (!closed && Native.libc().inotify_rm_watch(inotify.number(), watch) != 0) {
            SystemCallException failure = Native.failure("inotify_rm_watch", "watch " + watch);
            if (!failure.is(Errno.EINVAL)) {
                throw failure;
            }
        }
    }

    /**
     * Waits for events. Blocks inside the kernel, so call it from a platform thread.
     *
     * @return at least one event; none once this instance is closed
     */
    public List<Event> take() throws SystemCallException {
        reading.lock();
        try {
            byte[] buffer = new byte[BUFFER];
            while (!closed) {
                poll();
                if (closed) {
                    break;
                }
                long length = Native.libc().read(inotify.number(), buffer, BUFFER);
                if (length > 0) {
                    return parse(buffer, (int) length);
                }
                Errno errno = Native.errno();
                if (errno != Errno.EAGAIN && errno != Errno.EINTR) {
                    throw new SystemCallException("read", "inotify", errno);
                }
            }
            return List.of();
        } finally {
            reading.unlock();
        }
    }

    private void poll() throws SystemCallException {
        ByteBuffer descriptors =
                ByteBuffer.allocate(2 * POLLFD_SIZE).order(ByteOrder.nativeOrder());
        descriptors.putInt(inotify.number()).putShort(POLLIN).putShort((short) 0);
        descriptors.putInt(wakeUp.number()).putShort(POLLIN).putShort((short) 0);
        if (Native.libc().poll(descriptors.array(), 2, -1) < 0) {
            Errno errno = Native.errno();
            if (errno != Errno.EINTR) {
                throw new SystemCallException("poll", "inotify", errno);
            }
        }
    }

    /** struct inotify_event: watch 4, mask 4, cookie 4, length 4, name padded with NULs. */
    static List<Event> parse(byte[] buffer, int length) {
        ByteBuffer in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        List<Event> events = new ArrayList<>();
        int at = 0;
        while (at + HEADER <= length) {
            int mask = in.getInt(at + 4);
            int nameLength = in.getInt(at + 12);
            int start = at + HEADER;
            int end = start;
            while (end < start + nameLength && buffer[end] != 0) {
                end++;
            }
            Optional<String> name =
                    end == start
                            ? Optional.empty()
                            : Optional.of(
                                    new String(buffer, start, end - start, StandardCharsets.UTF_8));
            events.add(new Event(in.getInt(at), Kind.of(mask), (mask & IN_ISDIR) != 0, name));
            at = start + nameLength;
        }
        return events;
    }

    /** Ends all watches; a thread in {@link #take} returns. */
    @Override
    public void close() {
        closed = true;
        byte[] one = new byte[8];
        ByteBuffer.wrap(one).order(ByteOrder.nativeOrder()).putLong(1);
        // Fails only when the counter is full, and then the reader is awake already.
        long _ = Native.libc().write(wakeUp.number(), one, one.length);
        reading.lock();
        try {
            inotify.close();
            wakeUp.close();
        } finally {
            reading.unlock();
        }
    }

    /** What can happen. */
    public enum Kind {
        MODIFY(0x2),
        ATTRIBUTES(0x4),
        CLOSE_WRITE(0x8),
        OPEN(0x20),
        MOVED_FROM(0x40),
        MOVED_TO(0x80),
        CREATE(0x100),
        DELETE(0x200),
        DELETE_SELF(0x400),
        MOVE_SELF(0x800),
        /** The file system went away. Comes unasked. */
        UNMOUNT(0x2000),
        /** Events were lost: look at everything again. Comes unasked, with watch -1. */
        OVERFLOW(0x4000),
        /** The watch has ended. Comes unasked, as the last event of a watch. */
        IGNORED(0x8000);

        private final int bit;

        Kind(int bit) {
            this.bit = bit;
        }

        private static Set<Kind> of(int mask) {
            Set<Kind> kinds = EnumSet.noneOf(Kind.class);
            for (Kind kind : values()) {
                if ((mask & kind.bit) != 0) {
                    kinds.add(kind);
                }
            }
            return kinds;
        }
    }

    /**
     * One event.
     *
     * @param watch number of the watch
     * @param kinds usually one
     * @param directory whether the name is a folder's
     * @param name entry of a watched folder; empty when the watched thing itself is meant
     */
    public record Event(int watch, Set<Kind> kinds, boolean directory, Optional<String> name) {
        public Event {
            kinds = Set.copyOf(kinds);
        }
    }
}
