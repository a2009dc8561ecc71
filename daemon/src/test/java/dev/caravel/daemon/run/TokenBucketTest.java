package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final ManualTicks ticks = new ManualTicks();

    @Test
    void letsABurstThroughThenOneAtATime() {
        TokenBucket bucket = new TokenBucket(2, 3, ticks);
        assertThat(bucket.tryAcquire()).isTrue();
        assertThat(bucket.tryAcquire()).isTrue();
        assertThat(bucket.tryAcquire()).isTrue();
        assertThat(bucket.tryAcquire()).isFalse();
        ticks.advance(Duration.ofMillis(499));
        assertThat(bucket.tryAcquire()).isFalse();
        ticks.advance(Duration.ofMillis(1));
        assertThat(bucket.tryAcquire()).isTrue();
        ticks.advance(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.tryAcquire()).isTrue();
        }
        assertThat(bucket.tryAcquire()).isFalse();
    }

    @Test
    void makesCallersWaitInTurn() throws Exception {
        TokenBucket bucket = new TokenBucket(10, 1, ticks);
        assertThat(bucket.reserve()).isZero();
        assertThat(bucket.reserve()).isEqualTo(Duration.ofMillis(100));
        assertThat(bucket.reserve()).isEqualTo(Duration.ofMillis(200));
        assertThat(bucket.acquire()).isEqualTo(Duration.ofMillis(300));
        assertThat(ticks.slept()).containsExactly(Duration.ofMillis(300));
    }

    @Test
    void zeroMeansNoLimit() {
        TokenBucket bucket = new TokenBucket(0, 0, ticks);
        for (int i = 0; i < 1000; i++) {
            assertThat(bucket.tryAcquire()).isTrue();
        }
        assertThat(bucket.reserve()).isZero();
    }

    @Test
    void ignoresJumpsOfTheWallClock() {
        TokenBucket bucket = new TokenBucket(1, 1, ticks);
        assertThat(bucket.tryAcquire()).isTrue();
        ticks.jump(Duration.ofDays(1));
        assertThat(bucket.tryAcquire()).isFalse();
    }
}
