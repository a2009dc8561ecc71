package dev.caravel.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainPodTest {

    @TempDir Path root;

    private record Ran(int code, String out, String err) {}

    private Ran explain(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        List<String> line = new ArrayList<>(List.of("explain", "pod"));
        line.addAll(Arrays.asList(args));
        int code = CaravelMain.run(line, terminal);
        return new Ran(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A kubelet that is asked once; returns the question. */
    private FutureTask<String> kubelet(String answer) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(root.resolve("explain.sock")));
        FutureTask<String> asked =
                new FutureTask<>(() -> {
                    try (listener;
                            SocketChannel client = listener.accept()) {
                        ByteBuffer buffer = ByteBuffer.allocate(100);
                        client.read(buffer);
                        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                        return new String(
                                buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
                    }
                });
        Thread.ofVirtual().start(asked);
        return asked;
    }

    @Test
    void theAnswerIsPrintedAsItComes() throws Exception {
        FutureTask<String> asked = kubelet("found\nPod shop/web · läuft\n");
        Ran ran = explain("shop/web", "--root-dir", root.toString());
        assertThat(ran).isEqualTo(new Ran(0, "Pod shop/web · läuft\n", ""));
        assertThat(asked.get()).isEqualTo("pod shop/web\n");
    }

    @Test
    void withoutANameAllPodsAreListed() throws Exception {
        FutureTask<String> asked = kubelet("found\nPOD\n");
        assertThat(explain("--root-dir=" + root).code).isZero();
        assertThat(asked.get()).isEqualTo("pods\n");
    }

    @Test
    void anUnknownPodIsAFault() throws Exception {
        FutureTask<String> asked = kubelet("unknown\nNo pod shop/web on node n1.\n");
        Ran ran = explain("--root-dir=" + root, "shop/web");
        assertThat(ran).isEqualTo(new Ran(1, "", "No pod shop/web on node n1.\n"));
        assertThat(asked.get()).isEqualTo("pod shop/web\n");
    }

    @Test
    void withoutAKubeletItSaysWhereItLooked() {
        Ran ran = explain("--root-dir=" + root, "shop/web");
        assertThat(ran.code).isEqualTo(1);
        assertThat(ran.err)
                .startsWith(
                        "caravel explain pod: no kubelet answers on "
                                + root.resolve("explain.sock")
                                + ": there is no such socket; is the kubelet running");
    }

    @Test
    void tooManyWordsAreAMistake() {
        assertThat(explain("a/b", "c/d").code).isEqualTo(2);
        assertThat(explain("--all").err).contains("\"--all\" is not expected here");
    }
}
