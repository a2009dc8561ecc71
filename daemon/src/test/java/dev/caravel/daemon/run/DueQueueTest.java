package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DueQueueTest {
    private final DueQueue queue = new DueQueue(Ticks.system());

    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = queue.take();
            taken.add(key);
            queue.done(key);
        }
        return taken;
    }

    @Test
    void keysLeaveInTheOrderTheyCameAndEachOnce() throws InterruptedException {
        queue.offer("a", Duration.ZERO);
        queue.offer("b", Duration.ZERO);
        queue.offer("a", Duration.ZERO);
        queue.offer("c", Duration.ZERO);
        assertThat(take(3)).containsExactly("a", "b", "c");
    }

    @Test
    void theEarlierOfTwoTimesWins() throws InterruptedException {
        queue.offer("late", Duration.ofHours(1));
        queue.offer("late", Duration.ZERO);
        queue.offer("later", Duration.ofMillis(20));
        queue.offer("later", Duration.ofHours(1));
        assertThat(take(2)).containsExactly("late", "later");
    }

    @Test
    void aKeyBeingWorkedOnWaitsAndComesUpAgain() throws InterruptedException {
        queue.offer("a", Duration.ZERO);
        String first = queue.take();
        queue.offer("a", Duration.ZERO);
        queue.offer("b", Duration.ZERO);
        assertThat(queue.take()).isEqualTo("b");
        queue.done(first);
        assertThat(queue.take()).isEqualTo("a");
    }

    @Test
    void aWaitingThreadHearsOfNewWorkAtOnce() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(1);
        Thread taker =
                NamedThreads.start(
                        "test/taker",
                        () -> {
                            try {
                                queue.take();
                                taken.countDown();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        queue.offer("a", Duration.ZERO);
        assertThat(taken.await(5, TimeUnit.SECONDS)).isTrue();
        taker.join();
    }
}
