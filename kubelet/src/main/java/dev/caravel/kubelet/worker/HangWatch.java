package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names, once, what hangs and where it stands. It only tells: a mount or a call that the kernel
 * does not give back cannot be ended from here, and other pods are not held up by it.
 */
final class HangWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HangWatch.class);

    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int DEEPEST = 24;

    /** A hang and the place it stands at, outermost call last. */
    record Seen(Hang hang, List<StackTraceElement> stack) {}

    private final Supplier<List<Seen>> looks;
    private final Ticks ticks;
    private final Set<Hang> told = new HashSet<>();
    private final Thread thread;

    HangWatch(Supplier<List<Seen>> looks, Ticks ticks) {
        this.looks = looks;
        this.ticks = ticks;
        this.thread = NamedThreads.start("pod/hangs", this::run);
    }

    private void run() {
        try {
            while (true) {
                ticks.sleep(PERIOD);
                look();
            }
        } catch (InterruptedException e) {
            log.debug("The watch for hangs ends");
        }
    }

    private void look() {
        List<Seen> now = looks.get();
        told.retainAll(now.stream().map(Seen::hang).collect(Collectors.toSet()));
        for (Seen seen : now) {
            if (told.add(seen.hang())) {
                Hang hang = seen.hang();
                log.warn(
                        "Pod {}: {} hangs since {}; other pods go on. It stands at\n{}",
                        hang.pod(),
                        hang.what(),
                        hang.since(),
                        text(seen.stack()));
            }
        }
    }

    static String text(List<StackTraceElement> stack) {
        return stack.stream()
                .limit(DEEPEST)
                .map(at -> "  at " + at)
                .collect(Collectors.joining("\n"));
    }

    static Seen seen(Hang hang, Thread thread) {
        return new Seen(hang, Arrays.asList(thread.getStackTrace()));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
