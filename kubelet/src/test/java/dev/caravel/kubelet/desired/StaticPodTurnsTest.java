package dev.caravel.kubelet.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.pod.PodRef;
import org.junit.jupiter.api.Test;

class StaticPodTurnsTest {
    private final StaticPodTurns turns = new StaticPodTurns();
    private final PodRef first = new PodRef("kube-system", "dns-n1", "a");
    private final PodRef second = new PodRef("kube-system", "dns-n1", "b");
    private final PodRef third = new PodRef("kube-system", "dns-n1", "c");

    @Test
    void aNewVersionWaitsUntilTheOldOneHasTerminated() {
        assertThat(turns.claim(first)).isTrue();
        assertThat(turns.claim(second)).isFalse();
        assertThat(turns.claim(first)).isTrue();

        assertThat(turns.release(first)).contains("b");
        assertThat(turns.claim(second)).isTrue();
    }

    @Test
    void waitingVersionsComeInOrderAndOnesThatGiveUpAreSkipped() {
        turns.claim(first);
        turns.claim(second);
        turns.claim(third);
        assertThat(turns.waiting()).containsExactly("b", "c");

        assertThat(turns.release(second)).isEmpty();
        assertThat(turns.release(first)).contains("c");
        assertThat(turns.claim(third)).isTrue();
        assertThat(turns.waiting()).isEmpty();
    }

    @Test
    void aLaterVersionDoesNotOvertakeOneThatWaits() {
        turns.claim(first);
        turns.claim(second);
        turns.release(first);

        assertThat(turns.claim(third)).isFalse();
        assertThat(turns.claim(second)).isTrue();
    }

    @Test
    void otherNamesDoNotWait() {
        turns.claim(first);
        assertThat(turns.claim(new PodRef("kube-system", "proxy-n1", "d"))).isTrue();
    }

    @Test
    void releasingTwiceIsHarmless() {
        turns.claim(first);
        turns.release(first);
        assertThat(turns.release(first)).isEmpty();
    }
}
