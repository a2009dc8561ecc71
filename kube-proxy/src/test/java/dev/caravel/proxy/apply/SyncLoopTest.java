package dev.caravel.proxy.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncLoopTest {
    private static final Duration LONG = Duration.ofHours(1);

    private record Run(boolean full, long start, long end) {}

    private final Ticks ticks = Ticks.system();
    private final List<Run> runs = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean failing = new AtomicBoolean();
    private final AtomicBoolean checkNeedsFull = new AtomicBoolean();
    private final CountDownLatch checked = new CountDownLatch(2);
    private final List<SyncLoop> loops = new ArrayList<>();

    private SyncLoop start(Duration minGap, Duration retry, Duration fullEvery, Duration check) {
        SyncLoop loop =
                new SyncLoop(
                        "test",
                        new SyncLoop.Task() {
                            @Override
                            public void sync(boolean full) throws IOException {
                                long begin = ticks.nanos();
                                runs.add(new Run(full, begin, ticks.nanos()));
                                if (failing.get()) {
                                    throw new IOException("the kernel said no");
                                }
                            }

                            @Override
                            public boolean check() {
                                checked.countDown();
                                return checkNeedsFull.getAndSet(false);
                            }
                        },
                        new SyncLoop.Timing(minGap, retry, fullEvery, check),
                        ticks);
        loops.add(loop);
        return loop;
    }

    @AfterEach
    void close() {
        loops.forEach(SyncLoop::close);
    }

    private void awaitRuns(int count) {
        await().atMost(Duration.ofSeconds(10)).until(() -> runs.size() >= count);
    }

    @Test
    void theFirstIsFullAndComesAtOnceWhenAsked() {
        SyncLoop loop = start(LONG, LONG, LONG, Duration.ofMillis(20));
        await().during(Duration.ofMillis(200)).until(runs::isEmpty);
        assertThat(checked.getCount()).as("no check before the first").isEqualTo(2);
        long asked = ticks.nanos();
        loop.request();
        awaitRuns(1);
        assertThat(runs.getFirst().full()).isTrue();
        assertThat(runs.getFirst().start() - asked).isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void requestsInTheGapAreDoneTogetherAfterIt() {
        Duration gap = Duration.ofMillis(400);
        SyncLoop loop = start(gap, LONG, LONG, LONG);
        loop.request();
        awaitRuns(1);
        for (int i = 0; i < 20; i++) {
            loop.request();
        }
        awaitRuns(2);
        assertThat(runs.get(1).start() - runs.get(0).end())
                .isGreaterThanOrEqualTo(gap.toNanos() - 1_000_000);
        assertThat(runs.get(1).full()).isFalse();
        await().during(Duration.ofMillis(700)).until(() -> runs.size() == 2);
    }

    @Test
    void afterAFailureTheNextIsFullAndNotLaterThanTheRetry() {
        SyncLoop loop = start(Duration.ZERO, Duration.ofMillis(300), LONG, LONG);
        loop.request();
        awaitRuns(1);
        failing.set(true);
        loop.request();
        awaitRuns(2);
        failing.set(false);
        awaitRuns(3);
        assertThat(runs).extracting(Run::full).containsExactly(true, false, true);
        loop.request();
        awaitRuns(4);
        assertThat(runs.get(3).full()).isFalse();
    }

    @Test
    void everythingIsComparedNowAndThen() {
        SyncLoop loop = start(Duration.ZERO, LONG, Duration.ofMillis(200), LONG);
        loop.request();
        awaitRuns(3);
        assertThat(runs).extracting(Run::full).containsOnly(true);
    }

    @Test
    void aCheckMayAskForAFullOne() throws InterruptedException {
        SyncLoop loop = start(Duration.ZERO, LONG, LONG, Duration.ofMillis(50));
        loop.request();
        awaitRuns(1);
        assertThat(checked.await(5, TimeUnit.SECONDS)).isTrue();
        checkNeedsFull.set(true);
        awaitRuns(2);
        assertThat(runs.get(1).full()).isTrue();
    }

    @Test
    void aFaultOfTheTaskDoesNotEndTheLoop() {
        SyncLoop loop =
                new SyncLoop(
                        "broken",
                        new SyncLoop.Task() {
                            @Override
                            public void sync(boolean full) {
                                runs.add(new Run(full, 0, 0));
                                throw new IllegalStateException("a bug");
                            }

                            @Override
                            public boolean check() {
                                throw new IllegalStateException("another bug");
                            }
                        },
                        new SyncLoop.Timing(
                                Duration.ZERO, Duration.ofMillis(50), LONG, Duration.ofMillis(20)),
                        ticks);
        loop.request();
        awaitRuns(3);
    }
}
