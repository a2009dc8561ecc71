package dev.caravel.kubelet.plugin;

import dev.caravel.csi.PluginInfo;
import java.nio.file.Path;

/**
 * Takes the plugins of one type. Called from one thread a socket, so for different plugins at the
 * same time.
 */
public interface PluginHandler {

    /** The {@link PluginInfo#type()} it takes. */
    String type();

    /**
     * Takes a plugin in. Blocks as long as that needs; called again, with a growing pause, until it
     * succeeds or the socket is gone.
     *
     * @param endpoint the socket the plugin serves on
     * @throws PluginException when it is refused or cannot be reached; the plugin is told why
     */
    void register(PluginInfo plugin, Path endpoint) throws PluginException, InterruptedException;

    /** A plugin that was taken in is gone. */
    void deregister(PluginInfo plugin, Path endpoint) throws InterruptedException;
}
