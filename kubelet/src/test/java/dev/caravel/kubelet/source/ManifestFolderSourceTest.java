package dev.caravel.kubelet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.linux.fs.FileWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFolderSourceTest {
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir private Path root;
    private Path folder;
    private final PodStore store = new PodStore(Set.of(PodSource.FILE));
    private FileWatch watch;
    private @Nullable ManifestFolderSource source;

    @BeforeEach
    void watchFiles() throws IOException {
        folder = Files.createDirectories(root.resolve("manifests"));
        watch = new FileWatch(work -> Thread.ofPlatform().daemon().unstarted(work));
    }

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
        watch.close();
    }

    private void start(Path path, Duration period, boolean inotify) {
        ManifestFolderSource started =
                new ManifestFolderSource(
                        path,
                        period,
                        new StaticPods("n1", false),
                        store,
                        inotify ? Optional.of(watch) : Optional.empty(),
                        Ticks.system());
        source = started;
        started.start();
        await().until(() -> store.synced(PodSource.FILE));
    }

    private static String manifest(String name, String image) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          containers: [{name: c, image: %s}]
        """
                .formatted(name, image);
    }

    private List<String> names() {
        return store.all().stream().map(p -> p.ref().name()).sorted().toList();
    }

    private String image(String name) {
        return store.byFullName("default/" + name)
                .map(p -> p.pod().getSpec().getContainers().getFirst().getImage())
                .orElse("");
    }

    @Test
    void aFolderIsReadWithoutDotFilesAndSubfoldersAndBadFilesHarmNoOther() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), manifest("a", "i"));
        Files.writeString(folder.resolve("b.json"), "{\"kind\":");
        Files.writeString(folder.resolve("c.manifest"), manifest("c", "i"));
        Files.writeString(folder.resolve(".hidden.yaml"), manifest("hidden", "i"));
        Files.createDirectories(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub/d.yaml"), manifest("d", "i"));

        start(folder, NEVER, true);

        assertThat(names()).containsExactly("a-n1", "c-n1");
        DesiredPod a = store.byFullName("default/a-n1").orElseThrow();
        assertThat(a.source()).isEqualTo(PodSource.FILE);
        assertThat(a.pod().getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/config.source", "file")
                .containsEntry("kubernetes.io/config.seen", a.firstSeen().toString());
    }

    @Test
    void filesThatComeChangeAndGoAreSeenAtOnce() throws IOException {
        start(folder, NEVER, true);
        assertThat(names()).isEmpty();

        Files.writeString(folder.resolve("a.yaml"), manifest("a", "one"));
        await().until(() -> image("a-n1").equals("one"));
        String uid = store.byFullName("default/a-n1").orElseThrow().ref().uid();

        Path next = root.resolve("next");
        Files.writeString(next, manifest("a", "two"));
        Files.move(next, folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> image("a-n1").equals("two"));
        assertThat(store.byFullName("default/a-n1").orElseThrow().ref().uid()).isNotEqualTo(uid);

        Files.delete(folder.resolve("a.yaml"));
        await().until(() -> names().isEmpty());
    }

    @Test
    void aLinkToAManifestIsFollowed() throws IOException {
        Files.writeString(root.resolve("real.yaml"), manifest("a", "one"));
        start(folder, NEVER, true);
        Files.createSymbolicLink(folder.resolve("a.yaml"), root.resolve("real.yaml"));
        await().until(() -> image("a-n1").equals("one"));
    }

    @Test
    void withoutInotifyThePeriodicLookFindsChanges() throws IOException {
        start(folder, Duration.ofMillis(50), false);
        Files.writeString(folder.resolve("a.yaml"), manifest("a", "one"));
        await().until(() -> image("a-n1").equals("one"));
    }

    @Test
    void aPodRunsOnThroughABadEditUntilThePeriodicLook() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), manifest("a", "one"));
        start(folder, Duration.ofMillis(1500), true);
        assertThat(image("a-n1")).isEqualTo("one");

        Files.writeString(folder.resolve("a.yaml"), "kind: Pod\n");
        await().during(Duration.ofMillis(300)).until(() -> names().equals(List.of("a-n1")));
        await().until(() -> names().isEmpty());
    }

    @Test
    void aSingleFileMayBeReplaced() throws IOException {
        Path file = folder.resolve("only.yaml");
        Files.writeString(file, manifest("a", "one"));
        Files.writeString(folder.resolve("other.yaml"), manifest("other", "x"));
        start(file, NEVER, true);
        assertThat(names()).containsExactly("a-n1");

        Path next = root.resolve("next");
        Files.writeString(next, manifest("a", "two"));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> image("a-n1").equals("two"));
    }

    @Test
    void aFolderThatDoesNotExistYetCountsAsEmptyAndIsFollowedOnceItDoes() throws IOException {
        Path later = root.resolve("later");
        start(later, Duration.ofMillis(50), true);
        assertThat(names()).isEmpty();
        Files.createDirectories(later);
        Files.writeString(later.resolve("a.yaml"), manifest("a", "one"));
        await().until(() -> image("a-n1").equals("one"));
    }

    @Test
    void ofTwoFilesWithOnePodTheFirstCounts() throws IOException {
        Files.writeString(folder.resolve("1.yaml"), manifest("a", "one"));
        Files.writeString(folder.resolve("2.yaml"), manifest("a", "two"));
        start(folder, NEVER, true);
        assertThat(image("a-n1")).isEqualTo("one");
        Files.delete(folder.resolve("1.yaml"));
        await().until(() -> image("a-n1").equals("two"));
    }

    @Test
    void theFirstSeenTimeStaysWhileThePodDoes() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), manifest("a", "one"));
        start(folder, Duration.ofMillis(50), true);
        var seen = store.byFullName("default/a-n1").orElseThrow().firstSeen();
        Files.writeString(folder.resolve("a.yaml"), "# again\n" + manifest("a", "one"));
        Files.writeString(folder.resolve("b.yaml"), manifest("b", "one"));
        await().until(() -> names().contains("b-n1"));
        assertThat(store.byFullName("default/a-n1").orElseThrow().firstSeen()).isEqualTo(seen);
    }

    @Test
    void aFileBeyondTheLimitIsRefusedWithoutReadingItAll() throws IOException {
        Files.writeString(
                folder.resolve("a.yaml"), "#" + "x".repeat(ManifestReader.LARGEST) + "\n");
        Files.writeString(folder.resolve("b.yaml"), manifest("b", "one"));
        start(folder, NEVER, true);
        assertThat(names()).containsExactly("b-n1");
    }
}
