package dev.caravel.proxy.server;

import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.Inotify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ends the process when its configuration file is written or moved, so that whoever started it
 * starts it again with the new one. Other events do not count, as in Go's kube-proxy.
 */
public final class ConfigFileWatch implements AutoCloseable {
    private static final EnumSet<Inotify.Kind> WRITTEN =
            EnumSet.of(Inotify.Kind.MODIFY, Inotify.Kind.MOVE_SELF);

    private final Optional<FileWatch> watch;

    private ConfigFileWatch(Optional<FileWatch> watch) {
        this.watch = watch;
    }

    /**
     * Starts watching.
     *
     * @param file empty when the configuration came from flags
     * @param end told why the process should end
     */
    public static ConfigFileWatch start(Optional<Path> file, Consumer<String> end)
            throws IOException {
        if (file.isEmpty()) {
            return new ConfigFileWatch(Optional.empty());
        }
        FileWatch watch =
                new FileWatch(Thread.ofPlatform().daemon().name("watch/config").factory());
        watch.watch(
                file.get(),
                WRITTEN,
                change -> {
                    if (change.kinds().stream().anyMatch(WRITTEN::contains)) {
                        end.accept("content of the proxy server's configuration file was updated");
                    }
                });
        return new ConfigFileWatch(Optional.of(watch));
    }

    @Override
    public void close() {
        watch.ifPresent(FileWatch::close);
    }
}
