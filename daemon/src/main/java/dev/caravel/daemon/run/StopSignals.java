package dev.caravel.daemon.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first asks the daemon to end in order, the second ends it at once with 1,
 * as the Go daemons do. Other parts of the daemon may ask for the same end.
 */
public final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicReference<String> reason = new AtomicReference<>("");
    private final Runnable endNow;
    private @Nullable Thread starting;

    StopSignals(Runnable endNow) {
        this.endNow = endNow;
    }

    /** Takes over SIGTERM and SIGINT for the rest of the process. */
    public static StopSignals install() {
        StopSignals signals = new StopSignals(() -> Runtime.getRuntime().halt(1));
        for (String name : new String[] {"TERM", "INT"}) {
            SignalHandlers.handle(name, () -> signals.received("SIG" + name));
        }
        return signals;
    }

    /** Runs {@code action} on each SIGHUP, to read files again. */
    public static void onHangup(Runnable action) {
        SignalHandlers.handle("HUP", () -> NamedThreads.start("signal/hup", action));
    }

    void received(String name) {
        if (asked.getCount() == 0) {
            endNow.run();
        }
        LOG.info("Received {}; ending in order, once more ends at once", name);
        stop(name);
    }

    /** Asks for the end for {@code why}; only the first reason counts. */
    public void stop(String why) {
        reason.compareAndSet("", why);
        asked.countDown();
        interruptStart();
    }

    private synchronized void interruptStart() {
        if (starting != null) {
            starting.interrupt();
        }
    }

    /**
     * Runs the start of the daemon on this thread. A daemon may wait for others while it starts, a
     * runtime or a signature; being asked to end interrupts that.
     *
     * @throws InterruptedException when somebody asked for the end meanwhile
     */
    public <T> T start(Start<T> start) throws Exception {
        synchronized (this) {
            starting = Thread.currentThread();
        }
        try {
            if (stopping()) {
                throw new InterruptedException("asked to end before the start");
            }
            return start.run();
        } finally {
            synchronized (this) {
                starting = null;
            }
        }
    }

    /** What {@link #start} runs. */
    @FunctionalInterface
    public interface Start<T> {
        T run() throws Exception;
    }

    /** True once somebody asked for the end. */
    public boolean stopping() {
        return asked.getCount() == 0;
    }

    /**
     * Waits until somebody asks for the end.
     *
     * @return the reason, for example {@code SIGTERM}
     */
    public String await() throws InterruptedException {
        asked.await();
        return reason.get();
    }
}
