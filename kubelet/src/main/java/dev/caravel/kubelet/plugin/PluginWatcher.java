package dev.caravel.kubelet.plugin;

import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.Inotify;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the sockets in {@code plugins_registry}. A new socket is asked who it is and handed to
 * the handler of its type; one that is gone, or made anew, is taken back first. A slow plugin holds
 * up nobody else.
 */
public final class PluginWatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PluginWatcher.class);
    private static final Set<Inotify.Kind> CHANGES =
            Set.of(
                    Inotify.Kind.CREATE,
                    Inotify.Kind.DELETE,
                    Inotify.Kind.MOVED_TO,
                    Inotify.Kind.MOVED_FROM);

    /** A node has a handful of plugins; more sockets than this are a mistake or an attack. */
    private static final int MOST_SOCKETS = 256;

    private final Path folder;
    private final FileWatch watch;
    private final FileCalls files;
    private final PluginSockets sockets;
    private final Map<String, PluginHandler> handlers;
    private final Map<Path, Found> lives = new HashMap<>();
    private final Semaphore pokes = new Semaphore(1);
    private FileWatch.@Nullable Registration registration;
    private @Nullable Thread thread;

    /** A socket and the thread that looks after it. */
    private record Found(SocketIdentity identity, PluginLife life) {}

    /** Tells a socket from a later one on the same path. */
    private record SocketIdentity(long inode, int deviceMajor, int deviceMinor) {}

    /**
     * @param folder {@code <root>/plugins_registry}
     */
    public PluginWatcher(
            Path folder,
            FileWatch watch,
            FileCalls files,
            PluginSockets sockets,
            List<PluginHandler> handlers) {
        this.folder = folder;
        this.watch = watch;
        this.files = files;
        this.sockets = sockets;
        this.handlers =
                handlers.stream()
                        .collect(Collectors.toMap(PluginHandler::type, Function.identity()));
    }

    /**
     * Starts watching.
     *
     * @throws IOException when the folder cannot be made or watched
     */
    public void start() throws IOException {
        Folders.create(folder, Folders.PRIVATE);
        registration = watch.watch(folder, CHANGES, _ -> pokes.release());
        thread = NamedThreads.start("plugins/registry", this::run);
    }

    /** Stops watching. Plugins stay registered with the API server: they outlive the kubelet. */
    @Override
    public void close() {
        if (registration != null) {
            try {
                registration.close();
            } catch (SystemCallException e) {
                log.warn("Ending the watch on {}: {}", folder, e.getMessage());
            }
        }
        if (thread != null) {
            thread.interrupt();
        }
        synchronized (lives) {
            lives.values().forEach(found -> found.life().leave());
            lives.clear();
        }
    }

    private void run() {
        try {
            while (true) {
                pokes.acquire();
                pokes.drainPermits();
                try {
                    look();
                } catch (IOException e) {
                    log.warn("Listing plugin sockets in {}: {}", folder, e.toString());
                }
            }
        } catch (InterruptedException e) {
            log.debug("No longer watching {}", folder);
        }
    }

    private void look() throws IOException {
        Map<Path, SocketIdentity> found = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (found.size() < MOST_SOCKETS
                        && !entry.getFileName().toString().startsWith(".")) {
                    note(entry, found);
                }
            }
        }
        synchronized (lives) {
            Set<Path> gone = new HashSet<>(lives.keySet());
            gone.removeIf(path -> isSame(path, found));
            for (Path path : gone) {
                Found old = lives.remove(path);
                if (old != null) {
                    old.life().end();
                }
            }
            found.forEach((path, identity) ->
                    lives.computeIfAbsent(path, _ -> new Found(identity, startLife(path))));
        }
    }

    private boolean isSame(Path path, Map<Path, SocketIdentity> found) {
        Found known = lives.get(path);
        return known != null && known.identity().equals(found.get(path));
    }

    private PluginLife startLife(Path socket) {
        return PluginLife.start(socket, sockets.registration(socket), handlers);
    }

    private void note(Path entry, Map<Path, SocketIdentity> into) throws SystemCallException {
        FileStatus status;
        try {
            status = files.status(entry);
        } catch (SystemCallException e) {
            log.debug("{} has gone again: {}", entry, e.getMessage());
            return;
        }
        if (status.type() == FileType.SOCKET) {
            into.put(
                    entry,
                    new SocketIdentity(status.inode(), status.deviceMajor(), status.deviceMinor()));
        }
    }

    /** Where a plugin serves: what it says, else its registration socket. */
    static Path endpoint(PluginInfo plugin, Path socket) {
        return plugin.endpoint().isEmpty() ? socket : Path.of(plugin.endpoint());
    }
}
