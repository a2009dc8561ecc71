package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.http.Query;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRequestsTest {

    @Test
    void aTerminalHasNoErrorStream() {
        assertThat(WantedStreams.of(Query.parse("input=1&output=1&error=1&tty=1")))
                .isEqualTo(Optional.of(new WantedStreams(true, true, false, true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tty=1", "error=1&tty=1", "output=true", "stdout=1"})
    void withoutAStreamThereIsNothingToJoin(String query) {
        assertThat(WantedStreams.of(Query.parse(query))).isEmpty();
    }

    private static HttpHeaders upgrade(String to, String... protocols) {
        List<HttpHeaders.Field> fields = new java.util.ArrayList<>();
        fields.add(new HttpHeaders.Field("Upgrade", to));
        for (String p : protocols) {
            fields.add(new HttpHeaders.Field("Sec-WebSocket-Protocol", p));
        }
        return new HttpHeaders(fields);
    }

    @Test
    void portsAreReadForAPlainWebSocketOnly() {
        Query query = Query.parse("port=80,81&port=8080");
        assertThat(ForwardedPorts.of(upgrade("WebSocket"), query)).containsExactly(80, 81, 8080);
        assertThat(ForwardedPorts.of(upgrade("SPDY/3.1"), query)).isEmpty();
        assertThat(
                        ForwardedPorts.of(
                                upgrade("websocket", "SPDY/3.1+portforward.k8s.io"), Query.NONE))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',          query parameter \\"port\\" is required
                    port=,       query parameter \\"port\\" cannot be empty
                    port=0,      port \\"0\\" must be > 0
                    port=65536,  unable to parse \\"65536\\" as a port: value out of range
                    port=x,      unable to parse \\"x\\" as a port: \\"x\\" is no number
                    """)
    void aBadPortIsTold(String query, String text) {
        assertThatThrownBy(() -> ForwardedPorts.of(upgrade("websocket"), Query.parse(query)))
                .hasMessage(text.replace("\\", ""));
    }

    private static StreamAnswer answer(String text) throws IOException {
        return StreamAnswer.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void theHeadIsReadAndNotAByteMore() throws IOException {
        var in =
                new ByteArrayInputStream(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nrest"
                                .getBytes(StandardCharsets.ISO_8859_1));
        StreamAnswer head = StreamAnswer.read(in);
        assertThat(head.status()).isEqualTo(101);
        assertThat(head.forClient()).containsExactly(new HttpHeaders.Field("Upgrade", "SPDY/3.1"));
        assertThat(in.readAllBytes()).asString().isEqualTo("rest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 101 x\r\n",
                "SSH-2.0\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 999 x\r\n\r\n"
            })
    void whatIsNoAnswerIsRefused(String text) {
        assertThatThrownBy(() -> answer(text)).isInstanceOf(IOException.class);
    }
}
