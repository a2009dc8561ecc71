package dev.caravel.kubelet.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.objects.FakeTicks;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.PodWorkers;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainSocketTest {

    @TempDir Path root;

    private Explainer explainer() {
        FakeTicks ticks = new FakeTicks(Sample.NOW);
        Explainer.Pods pods =
                new Explainer.Pods() {
                    @Override
                    public List<Explanation> all() {
                        return List.of(Sample.crashing());
                    }

                    @Override
                    public List<PodWorkers.Gone> gone() {
                        return List.of();
                    }
                };
        return new Explainer(pods, new RecentTroubles(new RecordedEvents(), ticks), "n1", ticks);
    }

    private String ask(String question) throws IOException {
        Path socket = root.resolve(ExplainSocket.NAME);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8)));
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itAnswersOnASocketForItsOwnerOnlyAndReplacesOneThatIsLeft() throws Exception {
        Files.writeString(root.resolve(ExplainSocket.NAME), "left over");
        try (ExplainSocket _ = ExplainSocket.open(root, explainer())) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(
                                            root.resolve(ExplainSocket.NAME))))
                    .isEqualTo("rw-------");
            assertThat(ask("pods\n")).startsWith("found\nPOD ").contains("shop/cart-7");
            assertThat(ask("pod shop/cart-7\n")).startsWith("found\nPod shop/cart-7 on node n1\n");
            assertThat(ask("pod shop/none\n")).startsWith("unknown\nNo pod shop/none");
            assertThat(ask("nonsense\n")).startsWith("unknown\nAsk ");
        }
        assertThat(root.resolve(ExplainSocket.NAME)).doesNotExist();
    }

    @Test
    void aQuestionWithoutEndIsNotReadForEver() throws Exception {
        try (ExplainSocket _ = ExplainSocket.open(root, explainer())) {
            assertThat(ask("x".repeat(1024))).startsWith("unknown\n");
            assertThat(ask("pods\n")).startsWith("found\n");
        }
    }
}
