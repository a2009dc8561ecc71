package dev.caravel.kubelet.plugin;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.PluginRegistration;
import dev.caravel.daemon.run.NamedThreads;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registration socket from its appearance to its end, on a thread of its own: register, with
 * growing pauses until it works, then wait for the end and deregister.
 */
final class PluginLife {
    private static final Logger log = LoggerFactory.getLogger(PluginLife.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(122);

    private final Path socket;
    private final PluginRegistration registration;
    private final Map<String, PluginHandler> handlers;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean deregister;

    /** What a handler has taken in, whether the plugin could be told or not. */
    private @Nullable PluginInfo taken;

    private @Nullable Thread thread;

    private PluginLife(
            Path socket, PluginRegistration registration, Map<String, PluginHandler> handlers) {
        this.socket = socket;
        this.registration = registration;
        this.handlers = handlers;
    }

    static PluginLife start(
            Path socket, PluginRegistration registration, Map<String, PluginHandler> handlers) {
        PluginLife life = new PluginLife(socket, registration, handlers);
        life.thread = NamedThreads.start("plugin/" + socket.getFileName(), life::run);
        return life;
    }

    /** The socket is gone: deregisters, and waits until that is done or refuses to end. */
    void end() {
        deregister = true;
        leave();
        Thread running = thread;
        try {
            if (running != null && !running.join(Duration.ofSeconds(30))) {
                log.warn("Plugin on {} does not let go; going on without waiting", socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread without deregistering. */
    void leave() {
        ended.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            untilRegistered();
            ended.await();
        } catch (InterruptedException e) {
            log.debug("Plugin socket {} is looked after no more", socket);
        }
        PluginInfo plugin = taken;
        if (plugin != null && deregister) {
            deregister(plugin);
        }
    }

    private void deregister(PluginInfo plugin) {
        PluginHandler handler = handlers.get(plugin.type());
        if (handler == null) {
            return;
        }
        try {
            // The interrupt that ended the wait is not meant for this.
            boolean _ = Thread.interrupted();
            handler.deregister(plugin, PluginWatcher.endpoint(plugin, socket));
            log.info("{} {} on {} is gone", plugin.type(), plugin.name(), socket);
        } catch (InterruptedException e) {
            log.warn("Deregistering {} {} was interrupted", plugin.type(), plugin.name());
        }
    }

    private void untilRegistered() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                register(registration.info());
                return;
            } catch (CsiException | PluginException | InvalidPathException e) {
                log.warn(
                        "Registering the plugin on {}: {}; next try in {}",
                        socket,
                        e.getMessage(),
                        pause);
            }
            if (ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("the socket is gone");
            }
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    private void register(PluginInfo plugin)
            throws CsiException, PluginException, InterruptedException {
        PluginHandler handler = handlers.get(plugin.type());
        try {
            if (handler == null) {
                throw new PluginException(
                        "no handler registered for plugin type: " + plugin.type());
            }
            handler.register(plugin, PluginWatcher.endpoint(plugin, socket));
            taken = plugin;
        } catch (PluginException e) {
            registration.notifyStatus(false, String.valueOf(e.getMessage()));
            throw e;
        }
        registration.notifyStatus(true, "");
        log.info("Registered {} {} on {}", plugin.type(), plugin.name(), socket);
    }
}
