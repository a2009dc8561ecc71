package dev.caravel.kubelet.agent;

import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.plugin.PluginWatcher;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Plugins that register themselves with a socket in {@code <root>/plugins_registry}. */
final class PluginParts {

    private PluginParts() {}

    /**
     * Starts looking for them.
     *
     * @param handlers one for each kind of plugin; others are refused
     */
    static AutoCloseable start(Path root, PluginSockets sockets, List<PluginHandler> handlers)
            throws IOException {
        Parts parts = new Parts();
        FileWatch watch =
                parts.keep(
                        new FileWatch(
                                Thread.ofPlatform().daemon().name("inotify/plugins").factory()));
        PluginWatcher watcher =
                parts.keep(
                        new PluginWatcher(
                                root.resolve("plugins_registry"),
                                watch,
                                Kernel.files(),
                                sockets,
                                handlers));
        watcher.start();
        return parts;
    }
}
