package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StopSignalsTest {
    private final AtomicInteger ended = new AtomicInteger();
    private final StopSignals signals = new StopSignals(ended::incrementAndGet);

    @Test
    void aSignalCutsShortAStartThatWaits() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() ->
                        signals.start(() -> {
                            NamedThreads.start("signal", () -> signals.received("SIGTERM"));
                            never.await();
                            return "started";
                        }))
                .isInstanceOf(InterruptedException.class);
        assertThat(signals.stopping()).isTrue();
        assertThat(ended).hasValue(0);
    }

    @Test
    void aSignalAfterTheStartIsWhatAwaitReturns() throws Exception {
        assertThat(signals.<String>start(() -> "started")).isEqualTo("started");
        signals.received("SIGINT");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(signals.await()).isEqualTo("SIGINT");
    }

    @Test
    void nothingIsStartedAfterASignal() {
        signals.received("SIGTERM");
        AtomicInteger starts = new AtomicInteger();
        assertThatThrownBy(() -> signals.start(starts::incrementAndGet))
                .isInstanceOf(InterruptedException.class);
        assertThat(starts).hasValue(0);
    }

    @Test
    void theSecondSignalEndsAtOnce() {
        signals.received("SIGTERM");
        signals.received("SIGTERM");
        assertThat(ended).hasValue(1);
    }
}
