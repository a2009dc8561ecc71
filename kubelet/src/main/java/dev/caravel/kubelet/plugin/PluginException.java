package dev.caravel.kubelet.plugin;

/** A plugin was not taken in; the message is what the plugin is told. */
public final class PluginException extends Exception {
    public PluginException(String message) {
        super(message);
    }

    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
