package dev.caravel.kubelet.worker;

import dev.caravel.daemon.run.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far one action has come: parts one after the other, named by who carries it out and read by
 * {@code caravel explain pod} while it runs. Any thread may read.
 */
public final class Progress {

    private final Ticks ticks;
    private final List<Timeline.Part> ended = new ArrayList<>();
    private @Nullable Current current;

    /**
     * The part under way.
     *
     * @param name as given to {@link #part}
     * @param since when it began
     * @param detail what it waits for inside, asked anew at each reading; may be empty text
     */
    public record Current(String name, Instant since, Supplier<String> detail) {}

    public Progress(Ticks ticks) {
        this.ticks = ticks;
    }

    /** The part before is over, this one begins. */
    public void part(String name) {
        part(name, Progress::noDetail);
    }

    /** The same with more to tell while it lasts. */
    public synchronized void part(String name, Supplier<String> detail) {
        Instant now = ticks.now();
        endCurrent(now);
        current = new Current(name, now, detail);
    }

    /** The first {@code took} of the part under way was another one: a wait that is known later. */
    public synchronized void began(String name, Duration took) {
        Current c = current;
        if (c != null) {
            ended.add(new Timeline.Part(name, took));
            current = new Current(c.name, c.since.plus(took), Progress::noDetail);
        }
    }

    /** The part under way; empty before the first. */
    public synchronized Optional<Current> current() {
        return Optional.ofNullable(current);
    }

    /** All is over; what there was. */
    synchronized List<Timeline.Part> end(Instant now) {
        endCurrent(now);
        current = null;
        return List.copyOf(ended);
    }

    private static String noDetail() {
        return "";
    }

    private void endCurrent(Instant now) {
        Current c = current;
        if (c != null) {
            Duration took = Duration.between(c.since, now);
            ended.add(new Timeline.Part(c.name, took.isNegative() ? Duration.ZERO : took));
        }
    }
}
