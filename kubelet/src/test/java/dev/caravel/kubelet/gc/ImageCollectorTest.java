package dev.caravel.kubelet.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.kubelet.apifake.ManualTicks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.PodRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCollectorTest {

    private static final long GIB = 1L << 30;

    private final ManualTicks ticks = new ManualTicks(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeRuntime runtime = new FakeRuntime(ticks.clock());
    private final List<String> events = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final List<Set<String>> left = new ArrayList<>();
    private ImageCollector.Disk disk = new ImageCollector.Disk(50 * GIB, 100 * GIB);

    private final class Sink implements EventSink {
        @Override
        public void event(
                PodRef pod, Optional<String> field, EventType type, String reason, String message) {
            throw new AssertionError("an event about a pod: " + reason);
        }

        @Override
        public void nodeEvent(EventType type, String reason, String message) {
            events.add(type.text() + " " + reason + " " + message);
        }
    }

    private final class Seen implements ImageCollector.Observer {
        @Override
        public void removed(String reason) {
            removed.add(reason);
        }

        @Override
        public void left(Set<String> imageIds, Instant collectionStarted) {
            left.add(imageIds);
        }
    }

    private ImageCollector collector(Duration maxAge) {
        return new ImageCollector(
                new ImageCollector.Settings(Duration.ofMinutes(2), maxAge, 85, 80),
                new ImageCollector.Sources(
                        runtime, runtime, new RuntimeView(runtime, ticks, _ -> {}), () -> disk),
                new Sink(),
                new Seen(),
                ticks);
    }

    private void image(String name, long size, boolean pinned) {
        runtime.addImage(
                new Image(
                        name,
                        List.of(name + ":1"),
                        List.of(),
                        size,
                        OptionalLong.empty(),
                        "",
                        Optional.empty(),
                        pinned));
    }

    private String use(String image) {
        SandboxConfig sandbox =
                SandboxConfig.builder(new SandboxMetadata("p-" + image, "uid", "ns", 0))
                        .logDirectory(Path.of("/x").toString())
                        .build();
        String id = runtime.runPodSandbox(sandbox, "");
        return runtime.createContainer(
                id,
                ContainerConfig.builder(new ContainerMetadata("c", 0), ImageSpec.of(image)).build(),
                sandbox);
    }

    private String images() {
        Set<String> names = new TreeSet<>();
        runtime.listImages().items().forEach(i -> names.add(i.id()));
        return String.join(" ", names);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    16, 'new old pinned used'
                    15, 'new pinned used'
                    0,  'new pinned used'
                    """)
    void fromTheHighThresholdOnWhatIsLongestUnusedGoesButNotWhatIsNewPinnedOrUsed(
            int freePercent, String expected) throws IOException {
        image("old", 30 * GIB, false);
        image("pinned", GIB, true);
        image("used", GIB, false);
        use("used");
        ImageCollector collector = collector(Duration.ZERO);
        collector.collect();
        ticks.advance(Duration.ofMinutes(5));
        image("new", GIB, false);
        disk = new ImageCollector.Disk(freePercent * GIB, 100 * GIB);
        collector.collect();
        assertThat(images()).isEqualTo(expected);
        assertThat(events).isEmpty();
    }

    @Test
    void onlyAsManyGoAsAreNeededToReachTheLowThreshold() throws IOException {
        for (int i = 0; i < 9; i++) {
            image("i" + i, 4 * GIB, false);
        }
        String kept = use("i0");
        ImageCollector collector = collector(Duration.ZERO);
        collector.collect();
        runtime.removeContainer(kept);
        ticks.advance(Duration.ofMinutes(5));
        disk = new ImageCollector.Disk(10 * GIB, 100 * GIB);
        collector.collect();
        assertThat(images()).isEqualTo("i0 i4 i5 i6 i7 i8");
        assertThat(removed).containsExactly("space", "space", "space");
        assertThat(left).containsExactly(Set.of("i0", "i4", "i5", "i6", "i7", "i8"));
    }

    @Test
    void whatCannotBeFreedIsToldWithWhatMayBeTheCause() throws IOException {
        image("old", GIB, false);
        ImageCollector collector = collector(Duration.ZERO);
        collector.collect();
        ticks.advance(Duration.ofMinutes(5));
        disk = new ImageCollector.Disk(5 * GIB, 100 * GIB);
        assertThatThrownBy(collector::collect).hasMessageContaining("freed 1073741824 bytes");
        assertThat(events).hasSize(1);
        assertThat(events.getFirst())
                .startsWith(
                        "Warning FreeDiskSpaceFailed Insufficient free disk space on the node's image filesystem (95% of 100.0 GiB used).");
    }

    @Test
    void imagesUnusedForLongerThanTheMaximumAgeGoOnceTheKubeletHasWatchedForSoLong()
            throws IOException {
        image("never-used", GIB, false);
        image("used", GIB, false);
        String container = use("used");
        ImageCollector collector = collector(Duration.ofHours(1));
        collector.collect();
        runtime.removeContainer(container);
        ticks.advance(Duration.ofMinutes(50));
        image("late", GIB, false);
        collector.collect();
        ticks.advance(Duration.ofMinutes(11));
        collector.collect();
        assertThat(images()).isEqualTo("late");
        assertThat(removed).containsExactly("age", "age");
    }

    @Test
    void theEvictorGetsAllThatMayGo() throws IOException {
        image("a", GIB, false);
        image("b", GIB, false);
        image("pinned", GIB, true);
        ImageCollector collector = collector(Duration.ZERO);
        collector.collect();
        collector.removeUnused();
        assertThat(images()).isEqualTo("a b pinned");
        ticks.advance(Duration.ofMinutes(2));
        collector.removeUnused();
        assertThat(images()).isEqualTo("pinned");
    }

    @Test
    void oneImageThatCannotBeRemovedDoesNotKeepTheOthers() throws IOException {
        image("a", GIB, false);
        image("b", GIB, false);
        ImageCollector collector = collector(Duration.ZERO);
        collector.collect();
        ticks.advance(Duration.ofMinutes(5));
        runtime.fail("remove_image", "a", Code.INTERNAL, "busy");
        disk = new ImageCollector.Disk(15 * GIB, 100 * GIB);
        assertThatThrownBy(collector::collect).hasMessageContaining("busy");
        assertThat(images()).isEqualTo("a");
    }

    @Test
    void aDiskWithoutCapacityIsAnEvent() {
        disk = new ImageCollector.Disk(0, 0);
        assertThatThrownBy(collector(Duration.ZERO)::collect).hasMessageContaining("capacity 0");
        assertThat(events)
                .containsExactly(
                        "Warning InvalidDiskCapacity invalid capacity 0 on image filesystem");
    }

    @ParameterizedTest
    @CsvSource({"1023,1023 B", "1536,1.5 KiB", "5368709120,5.0 GiB", "1649267441664000,1500.0 TiB"})
    void bytesAreShownAsPeopleReadThem(long bytes, String text) {
        assertThat(ImageCollector.size(bytes)).isEqualTo(text);
    }
}
