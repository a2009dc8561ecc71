package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class KeyedLocksTest {
    private final KeyedLocks locks = new KeyedLocks();

    @Test
    void oneNameIsHeldOnceAndOthersAreFree() throws Exception {
        AtomicInteger got = new AtomicInteger();
        Thread waiting;
        try (KeyedLocks.Held _ = locks.hold("a")) {
            waiting = Thread.ofVirtual().start(() -> take("a", got));
            Thread other = Thread.ofVirtual().start(() -> take("b", got));
            other.join();
            assertThat(got).hasValue(1);
            await().until(() -> waiting.getState() == Thread.State.WAITING);
        }
        waiting.join();
        assertThat(got).hasValue(2);
        assertThat(locks.size()).as("nothing is kept").isZero();
    }

    @Test
    void whoIsInterruptedWhileWaitingHoldsNothing() throws Exception {
        AtomicInteger got = new AtomicInteger();
        try (KeyedLocks.Held _ = locks.hold("a")) {
            Thread waiting = Thread.ofVirtual().start(() -> take("a", got));
            waiting.interrupt();
            waiting.join();
            assertThat(got).hasValue(0);
        }
        assertThat(locks.size()).isZero();
    }

    private void take(String name, AtomicInteger got) {
        try (KeyedLocks.Held _ = locks.hold(name)) {
            got.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
