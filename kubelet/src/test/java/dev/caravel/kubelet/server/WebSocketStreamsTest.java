package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSocketStreamsTest {

    private static final String EXEC = "/exec/shop/web/nginx?command=sh&input=1&output=1&error=1";
    private static final int WHOLE = 0x82;

    @TempDir Path folder;

    private ServedNode node;
    private SpdyServer runtime;
    private WebSocketClient client;

    @BeforeEach
    void start() throws Exception {
        node = new ServedNode(folder, "");
        runtime = new SpdyServer();
        node.runtime.streamingServer(runtime.url());
        client = new WebSocketClient(TrustingTls.connect(node.server.address().getPort()));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        runtime.close();
        node.close();
    }

    @Test
    void aCommandOverWebSocketIsTranslatedForARuntimeThatSpeaksSpdy() throws Exception {
        StreamAnswer answer = client.ask(EXEC, "v5.channel.k8s.io,v4.channel.k8s.io");
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers().first("Sec-WebSocket-Accept"))
                .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(answer.headers().first("Sec-WebSocket-Protocol")).contains("v5.channel.k8s.io");
        assertThat(client.next().payload()).containsExactly(1);

        client.send(0x02, (byte) 0, (byte) 'a', (byte) 'b');
        client.send(0x89, (byte) 'p');
        client.send(0x80, (byte) 'c');
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        boolean ponged = false;
        while (said.size() < 3 || !ponged) {
            WebSocketClient.Frame frame = client.next();
            ponged |= frame.opcode() == 10 && frame.payload()[0] == 'p';
            if (frame.opcode() == 2) {
                assertThat(frame.payload()[0]).isEqualTo((byte) 1);
                said.writeBytes(frame.text().getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEqualTo("abc");

        client.send(WHOLE, (byte) 255, (byte) 0);
        WebSocketClient.Frame status = client.next();
        while (status.payload().length == 1) {
            status = client.next();
        }
        assertThat(status.payload()[0]).isEqualTo((byte) 3);
        assertThat(status.text()).isEqualTo(SpdyServer.STATUS);
        assertThat(client.next().opcode()).isEqualTo(8);
        client.close();
        await().until(() -> runtime.heads().contains("ended"));
        assertThat(runtime.heads().getFirst())
                .startsWith("POST /exec/")
                .contains("Upgrade: SPDY/3.1\r\n", "X-Stream-Protocol-Version: v4.channel.k8s.io")
                .doesNotContain("WebSocket", "Bearer");
        assertThat(runtime.heads()).contains("ping answered");
    }

    @Test
    void aTerminalHasAChannelForItsSizeAndNoErrorStream() throws Exception {
        client.ask("/exec/shop/web/nginx?command=sh&input=1&output=1&tty=1", "v5.channel.k8s.io");
        client.send(WHOLE, (byte) 0, (byte) 'x');
        assertThat(client.next().payload()).containsExactly(1);
        assertThat(client.next().text()).isEqualTo("x");
        assertThat(runtime.streams()).containsOnlyKeys("error", "stdin", "stdout", "resize");
    }

    @Test
    void aSessionWhoseClientIsGoneIsEndedAtTheRuntime() throws Exception {
        client.ask(EXEC, "v5.channel.k8s.io");
        await().until(() -> runtime.streams().size() == 4);
        client.close();
        await().until(() -> runtime.heads().contains("ended"));
    }

    @Test
    void whatTheRuntimeRefusesIsToldOnTheErrorChannel() throws Exception {
        try (StreamingServer refusing = new StreamingServer()) {
            node.runtime.streamingServer(refusing.url() + "/gone");
            assertThat(client.ask(EXEC, "v5.channel.k8s.io").status()).isEqualTo(101);
            client.next();
            WebSocketClient.Frame status = client.next();
            assertThat(status.payload()[0]).isEqualTo((byte) 3);
            assertThat(status.text()).contains("\"status\":\"Failure\"", "gone");
        }
    }

    @Test
    void otherWebSocketsArePassedOnToTheRuntimeAsTheyAre() throws Exception {
        try (StreamingServer asIs = new StreamingServer()) {
            node.runtime.streamingServer(asIs.url());
            client.ask(EXEC, "v4.channel.k8s.io");
            assertThat(asIs.heads().getFirst())
                    .startsWith("GET /exec/")
                    .contains("Sec-WebSocket-Protocol: v4.channel.k8s.io");
        }
    }

    @Test
    void portForwardIsSpdyInsideAWebSocket() throws Exception {
        try (StreamingServer echo = new StreamingServer()) {
            node.runtime.streamingServer(echo.url());
            StreamAnswer answer =
                    client.ask("/portForward/shop/web", "SPDY/3.1+portforward.k8s.io");
            assertThat(answer.headers().first("Sec-WebSocket-Protocol"))
                    .contains("SPDY/3.1+portforward.k8s.io");
            assertThat(echo.heads().getFirst())
                    .startsWith("POST /port")
                    .contains("X-Stream-Protocol-Version: portforward.k8s.io\r\n");
            byte[] much = new byte[300_000];
            new Random(1).nextBytes(much);
            client.send(WHOLE, much);
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            while (back.size() < much.length) {
                back.writeBytes(client.next().payload());
            }
            assertThat(back.toByteArray()).isEqualTo(much);
            client.send(0x88);
            assertThat(client.next().opcode()).isEqualTo(8);
        }
    }
}
