package dev.caravel.kubelet.volume.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class AtomicWriterTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:09:10Z");
    private static final OptionalLong NO_GROUP = OptionalLong.empty();

    @TempDir Path temporary;
    private Path volume = Path.of("/");
    private final AtomicWriter writer = newWriter(NOW);

    @BeforeEach
    void makeVolume() throws IOException {
        volume = Files.createDirectory(temporary.resolve("volume"));
    }

    private static AtomicWriter newWriter(Instant now) {
        FileCalls files = Kernel.files();
        DirectoryTree trees = new DirectoryTree(files);
        return new AtomicWriter(
                files,
                trees,
                new GroupOwnership(trees, files),
                Clock.fixed(now, ZoneOffset.UTC),
                new Random(7));
    }

    private static Payload payload(String... pathsAndTexts) throws VolumeException {
        Map<String, ProjectedFile> files = new HashMap<>();
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            files.put(pathsAndTexts[i], ProjectedFile.of(pathsAndTexts[i + 1], 0640));
        }
        return Payload.of(files);
    }

    /** What a container sees: the regular files reached from the visible names. */
    private Map<String, String> visible() throws IOException {
        Map<String, String> seen = new TreeMap<>();
        for (Path top : list(volume)) {
            if (!top.getFileName().toString().startsWith("..") && Files.exists(top)) {
                collect(top, seen);
            }
        }
        return seen;
    }

    private void collect(Path path, Map<String, String> into) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path child : list(path)) {
                collect(child, into);
            }
        } else {
            into.put(volume.relativize(path).toString(), Files.readString(path));
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    private List<String> ownFolders() throws IOException {
        return list(volume).stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> n.startsWith(".."))
                .toList();
    }

    @Test
    void theLayoutIsTheOneContainersKnow() throws Exception {
        assertThat(writer.write(volume, payload("a", "1", "d/e/b", "2"), NO_GROUP)).isTrue();
        Path data = Files.readSymbolicLink(volume.resolve("..data"));
        assertThat(data.toString()).matches("\\.\\.2026_11_24_08_09_10\\.\\d+");
        assertThat(Files.readSymbolicLink(volume.resolve("a"))).hasToString("..data/a");
        assertThat(Files.readSymbolicLink(volume.resolve("d"))).hasToString("..data/d");
        assertThat(visible()).isEqualTo(Map.of("a", "1", "d/e/b", "2"));
        assertThat(mode(volume.resolve(data))).isEqualTo(0755);
        assertThat(mode(volume.resolve("..data/d/e"))).isEqualTo(0755);
        assertThat(mode(volume.resolve("..data/a"))).isEqualTo(0640);
        assertThat(ownFolders()).containsExactly(data.toString(), "..data");
    }

    @Test
    void nothingIsTouchedWhenNothingHasChanged() throws Exception {
        writer.write(volume, payload("a", "1", "d/b", "2"), NO_GROUP);
        Map<String, Object> before = stamps();
        assertThat(
                        newWriter(NOW.plusSeconds(9))
                                .write(volume, payload("a", "1", "d/b", "2"), NO_GROUP))
                .isFalse();
        assertThat(stamps()).isEqualTo(before);
    }

    private Map<String, Object> stamps() throws IOException {
        Map<String, Object> stamps = new TreeMap<>();
        try (Stream<Path> all = Files.walk(volume)) {
            for (Path path : all.toList()) {
                stamps.put(
                        path.toString(),
                        Files.readAttributes(path, "unix:ino,ctime", LinkOption.NOFOLLOW_LINKS));
            }
        }
        return stamps;
    }

    @Test
    void additionsChangesAndRemovalsArriveTogether() throws Exception {
        writer.write(volume, payload("a", "1", "b", "1", "d/x", "1", "d/y", "1"), NO_GROUP);
        writer.write(volume, payload("a", "2", "c", "2", "d/y", "2"), NO_GROUP);
        assertThat(visible()).isEqualTo(Map.of("a", "2", "c", "2", "d/y", "2"));
        assertThat(ownFolders()).hasSize(2);
        writer.write(volume, payload(), NO_GROUP);
        assertThat(visible()).isEmpty();
        writer.write(volume, payload("d", "now a file"), NO_GROUP);
        assertThat(visible()).isEqualTo(Map.of("d", "now a file"));
    }

    @Test
    void aCrashAfterAnyStepShowsOldOrNewAndTheNextWriteFinishes() throws Exception {
        Payload old = payload("a", "old", "gone", "old", "d/x", "old");
        Payload fresh = payload("a", "new", "came", "new", "d/x", "new", "e/f/g", "new");
        int steps = 0;
        boolean crashed = true;
        while (crashed) {
            resetVolume();
            writer.write(volume, old, NO_GROUP);
            crashed = writeUpTo(steps, fresh);
            assertNeverMixed();
            // The kubelet starts again, sees either the same payload or the old one once more.
            newWriter(NOW.plusSeconds(60)).write(volume, steps % 2 == 0 ? fresh : old, NO_GROUP);
            newWriter(NOW.plusSeconds(61)).write(volume, fresh, NO_GROUP);
            assertThat(visible())
                    .as("after a crash at step %d", steps)
                    .isEqualTo(Map.of("a", "new", "came", "new", "d/x", "new", "e/f/g", "new"));
            assertThat(ownFolders()).hasSize(2);
            steps++;
        }
        assertThat(steps).as("every step was a crash once").isGreaterThan(12);
    }

    @Test
    void aCrashInTheVeryFirstWriteIsFinishedToo() throws Exception {
        Payload fresh = payload("a", "new", "d/x", "new");
        for (int steps = 0; ; steps++) {
            resetVolume();
            if (!writeUpTo(steps, fresh)) {
                assertThat(steps).isGreaterThan(6);
                return;
            }
            newWriter(NOW.plusSeconds(60)).write(volume, fresh, NO_GROUP);
            assertThat(visible()).isEqualTo(Map.of("a", "new", "d/x", "new"));
            assertThat(ownFolders()).hasSize(2);
        }
    }

    private void resetVolume() throws IOException {
        new DirectoryTree(Kernel.files()).delete(volume);
        Files.createDirectory(volume);
    }

    private boolean writeUpTo(int steps, Payload payload) throws VolumeException {
        AtomicBoolean crashed = new AtomicBoolean();
        List<WriteStep> done = new ArrayList<>();
        writer.write(
                volume,
                payload,
                NO_GROUP,
                step -> {
                    crashed.set(done.size() >= steps);
                    done.add(step);
                    return !crashed.get();
                });
        return crashed.get();
    }

    private void assertNeverMixed() throws IOException {
        assertThat(visible().values().stream().distinct()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void linksPlantedAnywhereLeadTheWriterNowhere() throws Exception {
        Path host = Files.createDirectory(temporary.resolve("host"));
        Path secret = Files.writeString(host.resolve("a"), "host");
        writer.write(volume, payload("a", "1", "d/x", "1"), NO_GROUP);
        Path data = volume.resolve(Files.readSymbolicLink(volume.resolve("..data")));
        for (int place = 0; place < 7; place++) {
            switch (place) {
                case 0 -> replace(volume.resolve("..data"), host);
                case 1 -> replace(volume.resolve("..data_tmp"), host);
                case 2 -> replace(volume.resolve("a"), secret);
                case 3 -> replace(data.resolve("a"), secret);
                case 4 -> replace(data.resolve("d"), host);
                case 5 -> replace(volume.resolve("..planted"), host);
                default -> replace(volume.resolve("..2020_01_01_00_00_00.1"), host);
            }
            writer.write(volume, payload("a", "" + place, "d/x", "" + place), NO_GROUP);
            assertThat(visible())
                    .as("link at place %d", place)
                    .isEqualTo(Map.of("a", "" + place, "d/x", "" + place));
            assertThat(list(host)).containsExactly(secret);
            assertThat(Files.readString(secret)).isEqualTo("host");
            data = volume.resolve(Files.readSymbolicLink(volume.resolve("..data")));
        }
    }

    private static void replace(Path path, Path target) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            new DirectoryTree(Kernel.files()).delete(path);
        }
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, target);
    }

    @Test
    void aLinkInPlaceOfTheVolumeItselfIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), volume);
        assertThatThrownBy(() -> writer.write(link, payload("a", "1"), NO_GROUP))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("writing files to " + link);
        assertThat(list(volume)).isEmpty();
    }

    @Test
    void mountPointsOfOtherVolumesStay() throws Exception {
        Files.createDirectory(volume.resolve("nested"));
        Files.writeString(volume.resolve("nested/x"), "other volume");
        writer.write(volume, payload("a", "1", "nested/y", "hidden"), NO_GROUP);
        writer.write(volume, payload("a", "2"), NO_GROUP);
        assertThat(visible()).isEqualTo(Map.of("a", "2", "nested/x", "other volume"));
    }

    @Test
    void aFileBiggerOrSmallerOnDiskIsWrittenAgain() throws Exception {
        writer.write(volume, payload("a", "long text"), NO_GROUP);
        writer.write(volume, payload("a", "long"), NO_GROUP);
        assertThat(visible()).isEqualTo(Map.of("a", "long"));
        writer.write(volume, payload("a", "long text"), NO_GROUP);
        assertThat(visible()).isEqualTo(Map.of("a", "long text"));
    }

    @Test
    void theGroupCanReadAndEnterAndTheOwnerOfATokenIsItsUser() throws Exception {
        Payload payload =
                Payload.of(
                        Map.of(
                                "token",
                                ProjectedFile.of("t", 0600).ownedBy(OptionalLong.of(1234)),
                                "d/conf",
                                ProjectedFile.of("c", 0400)));
        writer.write(volume, payload, OptionalLong.of(4321));
        assertThat(mode(volume.resolve("..data/token"))).isEqualTo(0640);
        assertThat(mode(volume.resolve("..data/d/conf"))).isEqualTo(0440);
        assertThat(mode(volume.resolve("..data/d"))).isEqualTo(02755);
        assertThat(mode(volume)).isEqualTo(02755);
        assertThat(Files.getAttribute(volume.resolve("..data/token"), "unix:uid")).isEqualTo(1234);
        assertThat(Files.getAttribute(volume.resolve("..data/token"), "unix:gid")).isEqualTo(4321);
        assertThat(Files.getAttribute(volume.resolve("..data/d/conf"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(volume, "unix:gid")).isEqualTo(4321);
        assertThat(
                        Files.getAttribute(
                                volume.resolve("token"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(1234);
        assertThat(writer.write(volume, payload, OptionalLong.of(4321))).isFalse();
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode") & 07777;
    }
}
