package dev.caravel.linux.fs;

import dev.caravel.linux.sys.Inotify;
import dev.caravel.linux.sys.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells about changes of files and folders as they happen. One instance and one thread serve all
 * watches of a program. An event only says "look again": several may stand for one change, and
 * after an overflow one stands for any number.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    /** Kinds that arrive whether asked for or not, and that every listener must know about. */
    private static final Set<Inotify.Kind> UNASKED =
            Set.of(Inotify.Kind.UNMOUNT, Inotify.Kind.OVERFLOW, Inotify.Kind.IGNORED);

    private final Inotify inotify;
    private final Map<Integer, List<Registration>> registrations = new HashMap<>();
    private final Thread thread;

    /**
     * Starts watching.
     *
     * @param threads makes the thread that waits and calls the listeners; a platform thread, as it
     *     waits inside the kernel
     */
    public FileWatch(ThreadFactory threads) throws SystemCallException {
        this.inotify = Inotify.open();
        this.thread = threads.newThread(this::run);
        this.thread.start();
    }

    /**
     * Watches a file or folder until the registration is closed or the thing itself is gone.
     *
     * @param listener called on the watching thread, so it only notes the change and returns; a
     *     queue's {@code add} serves those who want to wait
     * @throws SystemCallException {@code ENOENT} when there is nothing at the path
     */
    public Registration watch(Path path, Set<Inotify.Kind> kinds, Consumer<Change> listener)
            throws SystemCallException {
        // Under the lock, so that the first event finds its registration.
        synchronized (registrations) {
            int watch = inotify.watch(path, kinds);
            Registration registration = new Registration(watch, path, kinds, listener);
            registrations.computeIfAbsent(watch, _ -> new ArrayList<>()).add(registration);
            return registration;
        }
    }

    private void run() {
        try {
            List<Inotify.Event> events = inotify.take();
            while (!events.isEmpty()) {
                events.forEach(this::dispatch);
                events = inotify.take();
            }
        } catch (SystemCallException e) {
            LOG.atError()
                    .setMessage("Waiting for file changes failed; no more changes are noticed")
                    .setCause(e)
                    .log();
            everyone().forEach(registration -> registration.tell(overflow(registration)));
        }
    }

    private void dispatch(Inotify.Event event) {
        if (event.kinds().contains(Inotify.Kind.OVERFLOW)) {
            everyone().forEach(registration -> registration.tell(overflow(registration)));
            return;
        }
        List<Registration> listeners;
        synchronized (registrations) {
            listeners = List.copyOf(registrations.getOrDefault(event.watch(), List.of()));
            if (event.kinds().contains(Inotify.Kind.IGNORED)) {
                registrations.remove(event.watch());
            }
        }
        for (Registration registration : listeners) {
            Set<Inotify.Kind> wanted = EnumSet.noneOf(Inotify.Kind.class);
            for (Inotify.Kind kind : event.kinds()) {
                if (registration.kinds.contains(kind) || UNASKED.contains(kind)) {
                    wanted.add(kind);
                }
            }
            if (!wanted.isEmpty()) {
                registration.tell(new Change(registration.path, event.name(), wanted));
            }
        }
    }

    private static Change overflow(Registration registration) {
        return new Change(registration.path, Optional.empty(), EnumSet.of(Inotify.Kind.OVERFLOW));
    }

    private List<Registration> everyone() {
        synchronized (registrations) {
            return registrations.values().stream().flatMap(List::stream).toList();
        }
    }

    /** Ends all watches and waits for the thread, unless called from it. */
    @Override
    public void close() {
        inotify.close();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            // The thread ends by itself; whoever interrupted wants this one to go on.
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Something happened.
     *
     * @param path what is watched
     * @param name the entry of the watched folder that changed; empty for the watched thing itself
     * @param kinds what happened; {@code IGNORED} as the last change says the watch has ended
     */
    public record Change(Path path, Optional<String> name, Set<Inotify.Kind> kinds) {
        public Change {
            kinds = Set.copyOf(kinds);
        }
    }

    /** One watch; closing it ends it. */
    public final class Registration implements AutoCloseable {
        private final int watch;
        private final Path path;
        private final Set<Inotify.Kind> kinds;
        private final Consumer<Change> listener;

        private Registration(
                int watch, Path path, Set<Inotify.Kind> kinds, Consumer<Change> listener) {
            this.watch = watch;
            this.path = path;
            this.kinds = Set.copyOf(kinds);
            this.listener = listener;
        }

        private void tell(Change change) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                // One listener's fault must not end the watches of all others.
                LOG.atError()
                        .setMessage("Listener for file changes failed")
                        .addKeyValue("path", path)
                        .setCause(e)
                        .log();
            }
        }

        @Override
        public void close() throws SystemCallException {
            synchronized (registrations) {
                List<Registration> sharing = registrations.get(watch);
                if (sharing == null || !sharing.remove(this) || !sharing.isEmpty()) {
                    return;
                }
                registrations.remove(watch);
                inotify.unwatch(watch);
            }
        }
    }
}
