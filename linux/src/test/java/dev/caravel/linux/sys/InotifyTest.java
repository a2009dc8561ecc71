package dev.caravel.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InotifyTest {
    @TempDir Path folder;

    @Test
    void tellsNameAndKind() throws Exception {
        try (Inotify inotify = Inotify.open()) {
            int watch = inotify.watch(folder, EnumSet.of(Inotify.Kind.CREATE, Inotify.Kind.DELETE));
            Files.createDirectory(folder.resolve("sub"));
            Files.delete(folder.resolve("sub"));
            List<Inotify.Event> events = inotify.take();
            assertThat(events).hasSize(2);
            assertThat(events.get(0).watch()).isEqualTo(watch);
            assertThat(events.get(0).kinds()).containsExactly(Inotify.Kind.CREATE);
            assertThat(events.get(0).directory()).isTrue();
            assertThat(events.get(0).name()).hasValue("sub");
            assertThat(events.get(1).kinds()).containsExactly(Inotify.Kind.DELETE);
        }
    }

    @Test
    void closeWakesAThreadThatWaits() throws Exception {
        Inotify inotify = Inotify.open();
        CompletableFuture<List<Inotify.Event>> answer = new CompletableFuture<>();
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                answer.complete(inotify.take());
                            } catch (SystemCallException e) {
                                answer.completeExceptionally(e);
                            }
                        });
        inotify.close();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEmpty();
        reader.join();
    }

    @Test
    void closingTwiceIsFine() throws Exception {
        Inotify inotify = Inotify.open();
        inotify.close();
        assertThat(inotify.take()).isEmpty();
    }
}
