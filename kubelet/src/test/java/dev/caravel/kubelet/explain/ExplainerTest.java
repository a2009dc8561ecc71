package dev.caravel.kubelet.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.PodWorkers;
import dev.caravel.kubelet.worker.Progress;
import dev.caravel.kubelet.worker.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplainerTest {

    private final FakeTicks ticks = new FakeTicks(Sample.NOW);
    private final RecordedEvents events = new RecordedEvents();
    private final RecentTroubles troubles = new RecentTroubles(events, ticks);
    private final List<Explanation> all = new ArrayList<>();
    private final List<PodWorkers.Gone> gone = new ArrayList<>();
    private final Explainer explainer =
            new Explainer(
                    new Explainer.Pods() {
                        @Override
                        public List<Explanation> all() {
                            return all;
                        }

                        @Override
                        public List<PodWorkers.Gone> gone() {
                            return gone;
                        }
                    },
                    troubles,
                    "n1",
                    ticks);

    private Progress pulling() {
        FakeTicks then = new FakeTicks(Sample.NOW.minusSeconds(40));
        Progress pull = new Progress(then);
        pull.part("pull", () -> "the runtime pulls registry.example/proxy:1");
        return pull;
    }

    private String page(String name) {
        Explainer.Answer answer = explainer.pod(name);
        assertThat(answer.found()).isTrue();
        return String.join("\n", answer.lines()) + "\n";
    }

    @Test
    void aPodInTroubleIsExplainedFromItsStateToItsStart() {
        all.add(Sample.inTrouble(pulling()));
        warn("Failed", "Error: secret \"db\" not found");
        ticks.advance(Duration.ofSeconds(-4));
        warn("Failed", "Error: secret \"db\" not found");
        ticks.advance(Duration.ofSeconds(4));
        assertThat(page("shop/web-0"))
                .isEqualTo(
                        """
                        Pod shop/web-0 on node n1
                          state  Pending, not ready for 3m12s: containers with unready status: [web proxy]
                          from   the API server
                          seen   3m12s ago, at 11:56:48 UTC; created at 11:56:47 UTC
                          uid    u-web-0

                        Now
                          image of proxy  pull for 40 s      because it has not run yet; the runtime pulls registry.example/proxy:1
                          start of web    next try in 6.0 s  failed 4 times, last 4.0 s ago: CreateContainerConfigError: secret "db"
                                                             not found
                          the pod         waits              for its volumes before container web starts

                        Containers
                          NAME   KIND     STATE    RESTARTS  DETAIL
                          web    regular  waiting         3  CreateContainerConfigError
                          proxy  regular  waiting         3  ContainerCreating

                        Last errors
                          4.0 s ago  ×2  Failed  Error: secret "db" not found

                        Try
                          kubectl -n shop describe pod web-0

                        Start, not ready yet
                          STEP                       AT     TOOK
                          volumes                 +0 ms  1240 ms  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                          sandbox                +10 ms   620 ms  ━━━━━━━━━━━━━━━━━━━━
                          · cgroup               +10 ms    20 ms
                          · runtime and network  +30 ms   600 ms
                        """);
    }

    @Test
    void aCrashingPodShowsItsBackOffAndTheProbeThatFails() {
        all.add(Sample.crashing());
        assertThat(page("cart-7"))
                .contains("start of proxy          next try in 23 s  crash back-off of 40 s\n")
                .contains(
                        "readiness probe of web  fails             the container runs for 30 s and is"
                                + " not ready\n")
                .contains("  kubectl -n shop logs cart-7 -c proxy --previous\n")
                .contains("Start\n  not seen by this kubelet");
    }

    @Test
    void theListHasALineForEachPod() {
        all.add(Sample.inTrouble(pulling()));
        all.add(Sample.crashing());
        assertThat(String.join("\n", explainer.pods().lines()))
                .isEqualTo(
                        """
                        POD          STATE    READY    AGE  WAITS FOR
                        shop/cart-7  Running  0/2    3m13s  crash back-off of proxy, next try in 23 s
                        shop/web-0   Pending  0/2    3m13s  image of proxy for 41 s; CreateContainerConfigErr…\
                        """);
        all.clear();
        assertThat(explainer.pods().lines()).containsExactly("No pod on this node.");
    }

    @Test
    void aPodThatIsGoneIsExplainedAsItWas() {
        gone.add(new PodWorkers.Gone(Sample.crashing(), Sample.NOW));
        ticks.advance(Duration.ofMinutes(5));
        assertThat(page("shop/cart-7"))
                .startsWith(
                        "Pod shop/cart-7 is gone from this node since 12:00:00 UTC (5m00s ago). The last"
                                + " that was known:\n\nPod shop/cart-7 on node n1\n")
                .contains("next try in 23 s");
    }

    @Test
    void anUnknownPodIsAnsweredWithThoseAlike() {
        all.add(Sample.crashing());
        Explainer.Answer answer = explainer.pod("shop/cart");
        assertThat(answer.found()).isFalse();
        assertThat(answer.lines())
                .containsExactly(
                        "No pod shop/cart on node n1, now or lately.", "There is: shop/cart-7");
    }

    @Test
    void onlyTheLastWarningsOfAPodAreKept() {
        for (int i = 0; i < 20; i++) {
            warn("Failed", "no " + i);
        }
        troubles.event(ref(), Optional.empty(), EventType.NORMAL, "Started", "Container started");
        assertThat(troubles.of("u-web-0")).hasSize(6);
        assertThat(troubles.of("u-web-0").getLast().message()).isEqualTo("no 19");
        assertThat(events.lines()).hasSize(21);
    }

    @Test
    void theStartEventComesOnlyWhereItIsSwitchedOn() {
        Timeline timeline =
                new Timeline(
                        Sample.SEEN,
                        Sample.inTrouble(pulling()).timeline().steps(),
                        Optional.of(Sample.SEEN.plusMillis(1_500)));
        StartEvents.of(events, Map.of()).ready(Sample.crashing().pod(), timeline);
        assertThat(events.lines()).isEmpty();
        StartEvents.of(events, Map.of(StartEvents.VARIABLE, "true"))
                .ready(Sample.crashing().pod(), timeline);
        assertThat(events.lines())
                .containsExactly(
                        "Normal StartTimeline Ready after 1500 ms: volumes 1240 ms at +0 ms, sandbox 620"
                                + " ms at +10 ms");
    }

    private static PodRef ref() {
        return new PodRef("shop", "web-0", "u-web-0");
    }

    private void warn(String reason, String message) {
        troubles.event(ref(), Optional.empty(), EventType.WARNING, reason, message);
    }
}
