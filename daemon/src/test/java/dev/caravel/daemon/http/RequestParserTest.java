package dev.caravel.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestParserTest {
    private static RequestHead parse(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new RequestParser(new ByteArrayInputStream(bytes), 4096).next().orElseThrow();
    }

    @Test
    void readsRequestLineAndHeaders() throws Exception {
        RequestHead head =
                parse("GET /a%20b?x=1&y HTTP/1.1\r\nHost: n1\r\nAccept:  text/plain \r\n\r\n");

        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.rawPath()).isEqualTo("/a%20b");
        assertThat(head.rawQuery()).isEqualTo("x=1&y");
        assertThat(head.headers().first("accept")).contains("text/plain");
        assertThat(head.contentLength()).isZero();
        assertThat(head.keepAlive()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    both lengths                  | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3~Transfer-Encoding: chunked~~
                    two lengths                   | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3~Content-Length: 3~~
                    signed length                 | 400 | POST / HTTP/1.1~Host: a~Content-Length: +3~~
                    length list                   | 400 | POST / HTTP/1.1~Host: a~Content-Length: 3, 3~~
                    huge length                   | 400 | POST / HTTP/1.1~Host: a~Content-Length: 99999999999999999999~~
                    empty length                  | 400 | POST / HTTP/1.1~Host: a~Content-Length:~~
                    chunked on 1.0                | 400 | POST / HTTP/1.0~Transfer-Encoding: chunked~~
                    unknown coding                | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~
                    stacked coding                | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~
                    repeated coding               | 501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~
                    blank before colon            | 400 | POST / HTTP/1.1~Host: a~Content-Length : 3~~
                    folded header                 | 400 | GET / HTTP/1.1~Host: a~X: b~ c~~
                    header without colon          | 400 | GET / HTTP/1.1~Host: a~nonsense~~
                    empty header name             | 400 | GET / HTTP/1.1~Host: a~: b~~
                    no host                       | 400 | GET / HTTP/1.1~~
                    two hosts                     | 400 | GET / HTTP/1.1~Host: a~Host: b~~
                    unknown version               | 505 | GET / HTTP/2.0~Host: a~~
                    lower case version            | 505 | GET / http/1.1~Host: a~~
                    no version                    | 400 | GET /~Host: a~~
                    blank in target               | 400 | GET /a b HTTP/1.1~Host: a~~
                    relative target               | 400 | GET a HTTP/1.1~Host: a~~
                    authority target              | 400 | CONNECT a:1 HTTP/1.1~Host: a~~
                    star for GET                  | 400 | GET * HTTP/1.1~Host: a~~
                    method with symbols           | 400 | G(T / HTTP/1.1~Host: a~~
                    """)
    void refusesWhatTwoParsersCouldReadDifferently(String name, int status, String text) {
        assertThatThrownBy(() -> parse(text.replace("~", "\r\n")))
                .isInstanceOfSatisfying(
                        BadRequest.class, e -> assertThat(e.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\nHost: a\n\n'",
        "'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n'",
        "'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n'",
        "'GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n'",
    })
    void refusesLoneLineEndsAndControlCharacters(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(BadRequest.class);
    }

    @Test
    void refusesAHeadLargerThanTheLimitWithoutReadingOn() {
        String text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(5000) + "\r\n\r\n";

        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        BadRequest.class, e -> assertThat(e.status()).isEqualTo(431));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1,,true",
        "HTTP/1.1,close,false",
        "HTTP/1.1,'foo, Close',false",
        "HTTP/1.0,,false",
        "HTTP/1.0,keep-alive,true",
    })
    void keepsAliveByVersionAndHeader(String version, String connection, boolean kept)
            throws Exception {
        String header = connection == null ? "" : "Connection: " + connection + "\r\n";

        assertThat(parse("GET / " + version + "\r\nHost: a\r\n" + header + "\r\n").keepAlive())
                .isEqualTo(kept);
    }

    @Test
    void takesAbsoluteTargetsAsOriginForm() throws Exception {
        RequestHead head = parse("GET http://n1:10250/pods?a=b HTTP/1.1\r\nHost: n1\r\n\r\n");

        assertThat(head.originForm()).isEqualTo("/pods?a=b");
        assertThat(head.rawPath()).isEqualTo("/pods");
    }

    @Test
    void readsBytesThatAreNotAHeadWithoutOtherErrors() {
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            try {
                new RequestParser(new ByteArrayInputStream(bytes), 4096).next();
            } catch (java.io.IOException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
