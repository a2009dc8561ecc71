package dev.caravel.kubelet.userns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.cri.IdMapping;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserNamespacesTest {

    private static final long BLOCK = 65_536;
    private static final IdRange RANGE = IdRange.wholeHost(BLOCK);

    @TempDir Path root;

    private static Pod pod(String uid, @Nullable Boolean hostUsers) {
        return new PodBuilder()
                .withNewMetadata()
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withHostUsers(hostUsers)
                .endSpec()
                .build();
    }

    private UserNamespaces open() throws IOException {
        return UserNamespaces.open(root, RANGE);
    }

    private static IdMapping mapping(UserNamespaces all, String uid) throws IOException {
        var namespace = all.of(pod(uid, false)).orElseThrow();
        assertThat(namespace.gids()).isEqualTo(namespace.uids());
        return namespace.uids().getFirst();
    }

    @Test
    void eachPodGetsABlockOfItsOwnAndKeepsIt() throws Exception {
        UserNamespaces all = open();
        assertThat(mapping(all, "u1")).isEqualTo(new IdMapping(65_536, 0, 65_536));
        assertThat(mapping(all, "u2")).isEqualTo(new IdMapping(131_072, 0, 65_536));
        assertThat(mapping(all, "u1")).isEqualTo(new IdMapping(65_536, 0, 65_536));
        assertThat(all.of(pod("u3", true))).isEmpty();
        assertThat(all.of(pod("u4", null))).isEmpty();
    }

    @Test
    void aRestartFindsTheBlocksInTheFilesOfTheGoKubelet() throws Exception {
        Files.createDirectories(root.resolve("u1"));
        Files.writeString(
                root.resolve("u1/userns"),
                "{\"uidMappings\":[{\"hostId\":65536,\"containerId\":0,\"length\":65536}],"
                        + "\"gidMappings\":[{\"hostId\":65536,\"containerId\":0,\"length\":65536}]}");
        UserNamespaces first = open();
        assertThat(mapping(first, "u2").hostId()).isEqualTo(131_072);
        UserNamespaces second = open();
        assertThat(mapping(second, "u1").hostId()).isEqualTo(65_536);
        assertThat(mapping(second, "u2").hostId()).isEqualTo(131_072);
        assertThat(mapping(second, "u3").hostId()).isEqualTo(196_608);
    }

    @Test
    void aReleasedBlockIsGivenAgain() throws Exception {
        UserNamespaces all = open();
        mapping(all, "u1");
        all.release("u1");
        assertThat(root.resolve("u1/userns")).doesNotExist();
        assertThat(mapping(all, "u2").hostId()).isEqualTo(65_536);
    }

    @Test
    void aBrokenOrForeignFileFailsItsPodOnly() throws Exception {
        UserNamespaces before = open();
        mapping(before, "u1");
        for (String uid : List.of("u2", "u3", "u4")) {
            Files.createDirectories(root.resolve(uid));
        }
        Files.writeString(root.resolve("u2/userns"), "{");
        Files.copy(root.resolve("u1/userns"), root.resolve("u3/userns"));
        Files.writeString(
                root.resolve("u4/userns"),
                Files.readString(root.resolve("u1/userns")).replace("131072", "7"));
        UserNamespaces all = open();
        assertThatThrownBy(() -> all.of(pod("u2", false)))
                .hasMessageContaining("the pod's user namespace mapping cannot be used");
        // Of two with the same block one keeps it.
        int failed = 0;
        for (String uid : List.of("u1", "u3", "u4")) {
            try {
                mapping(all, uid);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("belong to another pod");
                failed++;
            }
        }
        assertThat(failed).isEqualTo(2);
        assertThat(mapping(all, "u5").hostId()).isEqualTo(131_072);
        all.release("u2");
        assertThat(mapping(all, "u2").hostId()).isEqualTo(196_608);
    }

    @Test
    void rangesThatCannotServeAreRefused() {
        assertThat(RANGE.checked(110)).isEqualTo(RANGE);
        for (IdRange bad :
                List.of(
                        new IdRange(0, BLOCK * 200, BLOCK),
                        new IdRange(BLOCK + 1, BLOCK * 200, BLOCK),
                        new IdRange(BLOCK, BLOCK * 200 + 1, BLOCK),
                        new IdRange(BLOCK, BLOCK * 100, BLOCK),
                        new IdRange(1000, 1000 * 200, 1000))) {
            assertThatThrownBy(() -> bad.checked(110)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theRangeOfUserKubeletIsAskedForWhereThereIsOne() throws Exception {
        Path passwd = Files.writeString(root.resolve("passwd"), "root:x:0:0::/root:/bin/sh\n");
        assertThat(new SubordinateIds(passwd, List.of(root)).range(BLOCK)).isEqualTo(RANGE);
        Files.writeString(passwd, "kubelet:x:990:990::/:/usr/sbin/nologin\n");
        assertThat(new SubordinateIds(passwd, List.of(root)).range(BLOCK)).isEqualTo(RANGE);
        tool("echo '0: kubelet 131072 7208960'");
        assertThat(new SubordinateIds(passwd, List.of(root)).range(BLOCK))
                .isEqualTo(new IdRange(131_072, 7_208_960, BLOCK));
        tool("[ $1 = -g ] && echo '0: kubelet 65536 65536' || echo '0: kubelet 0 65536'");
        assertThatThrownBy(() -> new SubordinateIds(passwd, List.of(root)).range(BLOCK))
                .hasMessageContaining("differ");
        tool("echo '0: kubelet 65536 65536'; echo '1: kubelet 231072 65536'");
        assertThatThrownBy(() -> new SubordinateIds(passwd, List.of(root)).range(BLOCK))
                .hasMessageContaining("one range");
        tool("echo no service >&2; exit 3");
        assertThatThrownBy(() -> new SubordinateIds(passwd, List.of(root)).range(BLOCK))
                .hasMessageContaining("no service");
    }

    private void tool(String script) throws IOException {
        Path tool = root.resolve("getsubids");
        Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
