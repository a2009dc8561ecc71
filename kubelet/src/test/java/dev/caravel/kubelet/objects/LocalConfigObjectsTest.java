package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalConfigObjectsTest {
    @TempDir Path folder;
    private LocalConfigObjects objects = new LocalConfigObjects(Path.of("/nonexistent"), json());

    private static KubernetesSerialization json() {
        return new KubernetesSerialization(new tools.jackson.databind.ObjectMapper(), false);
    }

    @BeforeEach
    void open() {
        objects = new LocalConfigObjects(folder, json());
    }

    @Test
    void findsObjectsAmongOtherManifestsAndDocuments() throws Exception {
        Files.writeString(
                folder.resolve("web.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: page}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: page
                data:
                  index.html: |
                    <h1>---</h1>
                """);
        Files.writeString(
                folder.resolve("s.json"),
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"key","namespace":"shop"},
                 "data":{"a":"YQ=="},"stringData":{"b":"b"}}
                """);
        assertThat(objects.configMap("default", "page").orElseThrow().getData())
                .containsEntry("index.html", "<h1>---</h1>\n");
        assertThat(objects.configMap("shop", "page")).isEmpty();
        assertThat(objects.secret("shop", "key").orElseThrow().getData())
                .containsEntry("a", "YQ==")
                .containsEntry("b", "Yg==");
        assertThat(objects.secret("default", "key")).isEmpty();
    }

    @Test
    void anEditCountsAtOnce() throws Exception {
        Path file = folder.resolve("c.yaml");
        Files.writeString(file, "kind: ConfigMap\nmetadata: {name: c}\ndata: {k: one}\n");
        assertThat(objects.configMap("default", "c").orElseThrow().getData())
                .containsEntry("k", "one");
        Files.writeString(file, "kind: ConfigMap\nmetadata: {name: c}\ndata: {k: two}\n");
        assertThat(objects.configMap("default", "c").orElseThrow().getData())
                .containsEntry("k", "two");
    }

    @Test
    void brokenHiddenLinkedAndHugeFilesHideNothing() throws Exception {
        Files.writeString(folder.resolve("a.yaml"), "kind: [unclosed\n");
        Files.writeString(folder.resolve("b.yaml"), "x".repeat(5 << 20));
        Files.writeString(folder.resolve(".c.yaml"), "kind: ConfigMap\nmetadata: {name: hidden}\n");
        Path outside = Files.createTempFile("outside", ".yaml");
        try {
            Files.writeString(outside, "kind: ConfigMap\nmetadata: {name: linked}\n");
            Files.createSymbolicLink(folder.resolve("d.yaml"), outside);
            Files.createDirectory(folder.resolve("e.yaml"));
            Files.writeString(folder.resolve("f.yaml"), "kind: ConfigMap\nmetadata: {name: ok}\n");
            assertThat(objects.configMap("default", "ok")).isPresent();
            assertThat(objects.configMap("default", "hidden")).isEmpty();
            assertThat(objects.configMap("default", "linked")).isEmpty();
        } finally {
            Files.delete(outside);
        }
    }

    @Test
    void anObjectOfTheWrongShapeIsNamedWithItsFile() throws IOException {
        Files.writeString(
                folder.resolve("a.yaml"), "kind: ConfigMap\nmetadata: {name: a}\ndata: [1, 2]\n");
        assertThatThrownBy(() -> objects.configMap("default", "a"))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessageContaining("a.yaml is no valid ConfigMap");
    }

    @Test
    void aMissingFolderHoldsNothing() throws Exception {
        var none = new LocalConfigObjects(folder.resolve("none"), json());
        assertThat(none.configMap("default", "a")).isEmpty();
    }
}
