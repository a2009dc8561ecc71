package dev.caravel.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountInfoTest {
    @Test
    void readsEveryField() {
        MountEntry entry =
                MountInfo.parseLine(
                        "36 35 98:7 /mnt1 /mnt/parent ro,noatime shared:3 master:1 - ext3"
                                + " /dev/root rw,errors=continue");
        assertThat(entry.id()).isEqualTo(36);
        assertThat(entry.parentId()).isEqualTo(35);
        assertThat(entry.major()).isEqualTo(98);
        assertThat(entry.minor()).isEqualTo(7);
        assertThat(entry.root()).isEqualTo("/mnt1");
        assertThat(entry.mountPoint()).isEqualTo(Path.of("/mnt/parent"));
        assertThat(entry.options()).containsExactly("ro", "noatime");
        assertThat(entry.propagation()).containsExactly("shared:3", "master:1");
        assertThat(entry.fsType()).isEqualTo("ext3");
        assertThat(entry.source()).isEqualTo("/dev/root");
        assertThat(entry.superOption("errors")).hasValue("continue");
        assertThat(entry.superOption("rw")).isEmpty();
        assertThat(entry.readOnly()).isTrue();
        assertThat(entry.shared()).isTrue();
    }

    @Test
    void tagsMayBeMissingAndSourcesEmpty() {
        MountEntry entry = MountInfo.parseLine("20 1 0:5 / /x rw - tmpfs  rw");
        assertThat(entry.propagation()).isEmpty();
        assertThat(entry.shared()).isFalse();
        assertThat(entry.source()).isEmpty();
    }

    @Test
    void aMountPointNamedLikeTheSeparatorIsNoSeparator() {
        MountEntry entry = MountInfo.parseLine("20 1 0:5 / - rw - tmpfs t rw");
        assertThat(entry.mountPoint()).isEqualTo(Path.of("-"));
    }

    @Test
    void escapesAreUndone() {
        MountEntry entry =
                MountInfo.parseLine("20 1 0:5 /a\\040b /x\\011y\\134z\\012 rw - tmpfs \\043s rw");
        assertThat(entry.root()).isEqualTo("/a b");
        assertThat(entry.mountPoint().toString()).isEqualTo("/x\ty\\z\n");
        assertThat(entry.source()).isEqualTo("#s");
        assertThat(MountInfo.unescape("a\\04")).isEqualTo("a\\04");
        assertThat(MountInfo.unescape("a\\098")).isEqualTo("a\\098");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "36 35 98:0 / /mnt rw",
                "36 35 98:0 / /mnt rw - ext3 /dev/root",
                "36 35 98:0 / /mnt rw - ext3 /dev/root rw more",
                "x 35 98:0 / /mnt rw - ext3 /dev/root rw",
                "36 -5 98:0 / /mnt rw - ext3 /dev/root rw",
                "36 35 98 / /mnt rw - ext3 /dev/root rw",
            })
    void aLineThatIsNotAsDocumentedIsNamed(String line) {
        assertThatThrownBy(() -> MountInfo.parse(line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + line + "'");
    }

    private static final MountTable TABLE =
            MountInfo.parse(
                    """
                    1 0 8:1 / / rw - ext4 /dev/sda1 rw
                    2 1 0:5 / /pods rw - tmpfs tmpfs rw
                    3 2 8:2 /vol /pods/a/volumes/v rw - ext4 /dev/sdb rw
                    4 3 0:9 / /pods/a/volumes/v/deep rw - tmpfs tmpfs rw
                    5 1 8:2 /vol /plugins/globalmount rw - ext4 /dev/sdb rw
                    6 1 8:2 /other /podsx rw - ext4 /dev/sdb rw
                    7 3 0:11 / /pods/a/volumes/v rw - tmpfs over rw
                    """);

    @Test
    void findsMountsBeneathDeepestAndNewestFirst() {
        assertThat(TABLE.beneath(Path.of("/pods")))
                .extracting(MountEntry::id)
                .containsExactly(4, 7, 3, 2);
        assertThat(TABLE.beneath(Path.of("/pods/a/volumes/v")))
                .extracting(MountEntry::id)
                .containsExactly(4, 7, 3);
    }

    @Test
    void theTopmostMountCounts() {
        assertThat(TABLE.at(Path.of("/pods/a/volumes/v")))
                .hasValueSatisfying(e -> assertThat(e.id()).isEqualTo(7));
        assertThat(TABLE.containing(Path.of("/pods/a/volumes/v/x/y")))
                .hasValueSatisfying(e -> assertThat(e.id()).isEqualTo(7));
        assertThat(TABLE.containing(Path.of("/pods/b")))
                .hasValueSatisfying(e -> assertThat(e.id()).isEqualTo(2));
        assertThat(TABLE.at(Path.of("/pods/a"))).isEmpty();
    }

    @Test
    void findsOtherMountsOfTheSameSource() {
        MountEntry volume = TABLE.entries().get(2);
        assertThat(TABLE.sameSource(volume)).extracting(MountEntry::id).containsExactly(5);
    }
}
