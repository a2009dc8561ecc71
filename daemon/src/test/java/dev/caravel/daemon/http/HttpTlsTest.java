package dev.caravel.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.daemon.cert.FileClientCa;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.cert.TestCa;
import dev.caravel.daemon.run.ManualTicks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTlsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private final ManualTicks ticks = new ManualTicks();
    private final AtomicReference<Optional<KeyMaterial>> material =
            new AtomicReference<>(Optional.empty());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestCa ca;

    @SuppressWarnings("NullAway.Init")
    private FileClientCa clientCa;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void issue() throws Exception {
        ca = new TestCa("ca");
        material.set(Optional.of(ca.server("CN=n1")));
        clientCa = open(ca);
    }

    private FileClientCa open(TestCa authority) throws Exception {
        Path file = folder.resolve("ca.crt");
        Files.write(file, Pem.encode(List.of(authority.certificate())));
        return FileClientCa.open(file, ticks);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private void serve(String minVersion, List<String> suites) throws IOException {
        TlsSettings tls = new TlsSettings(material::get, Optional.of(clientCa), minVersion, suites);
        server =
                HttpServer.start(
                        HttpServerSettings.of(
                                "tls",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.of(tls)),
                        this::answer);
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<X509Certificate> chain = exchange.peerCertificates();
        String who =
                chain.isEmpty() ? "nobody" : chain.getFirst().getSubjectX500Principal().getName();
        String verdict = "verified";
        try {
            clientCa.verify(chain);
        } catch (CertificateException e) {
            verdict = "refused";
        }
        exchange.respondText(200, who + " " + verdict);
    }

    private SSLSocket dial(TestCa trusted, Optional<KeyMaterial> identity) throws Exception {
        Socket raw = RawClient.connect(server.address());
        return (SSLSocket)
                TlsClients.trusting(trusted.certificate(), identity)
                        .getSocketFactory()
                        .createSocket(raw, "127.0.0.1", 0, true);
    }

    private String get(Optional<KeyMaterial> identity) throws Exception {
        try (RawClient client = new RawClient(dial(ca, identity))) {
            client.send(GET);
            client.head();
            return client.rest();
        }
    }

    @Test
    void showsTheClientCertificateAndLetsTheCaVerifyIt() throws Exception {
        serve("", List.of());
        assertThat(get(Optional.of(ca.client("CN=kube-apiserver-kubelet-client"))))
                .isEqualTo("CN=kube-apiserver-kubelet-client verified");
    }

    @Test
    void admitsClientsWithoutOrWithAForeignCertificate() throws Exception {
        serve("", List.of());
        assertThat(get(Optional.empty())).isEqualTo("nobody refused");
        Instant now = Instant.now();
        KeyMaterial expired =
                ca.issue(
                        "EC",
                        "CN=old",
                        KeyPurposeId.id_kp_clientAuth,
                        now.minusSeconds(100),
                        now.minusSeconds(10));
        assertThat(get(Optional.of(expired))).isEqualTo("CN=old refused");
        assertThat(get(Optional.of(ca.server("CN=server-only"))))
                .isEqualTo("CN=server-only refused");
        KeyMaterial foreign = new TestCa("other").client("CN=evil");
        assertThatThrownBy(() -> clientCa.verify(foreign.chain()))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> clientCa.verify(List.of()))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void readsTheCaBundleAgainWhenItChanges() throws Exception {
        TestCa next = new TestCa("next");
        KeyMaterial client = next.client("CN=a");
        assertThatThrownBy(() -> clientCa.verify(client.chain()))
                .isInstanceOf(CertificateException.class);
        Files.write(folder.resolve("ca.crt"), Pem.encode(List.of(next.certificate())));
        ticks.advance(Duration.ofSeconds(2));
        clientCa.verify(client.chain());
        assertThat(clientCa.authorities()).containsExactly(next.certificate());
        Files.writeString(folder.resolve("ca.crt"), "broken");
        ticks.advance(Duration.ofSeconds(2));
        clientCa.verify(client.chain());
    }

    @Test
    void refusesToStartWithoutAUsableCaBundle() throws Exception {
        Path file = folder.resolve("none.crt");
        assertThatThrownBy(() -> FileClientCa.open(file, ticks)).isInstanceOf(IOException.class);
        Files.writeString(file, "not a certificate");
        assertThatThrownBy(() -> FileClientCa.open(file, ticks))
                .hasMessageContaining("no certificate");
    }

    @Test
    void servesARotatedCertificateToTheNextClient() throws Exception {
        serve("", List.of());
        for (String algorithm : List.of("EC", "RSA", "EC")) {
            Instant now = Instant.now();
            KeyMaterial next =
                    ca.issue(
                            algorithm,
                            "CN=n1",
                            KeyPurposeId.id_kp_serverAuth,
                            now.minusSeconds(10),
                            now.plusSeconds(100));
            material.set(Optional.of(next));
            try (SSLSocket socket = dial(ca, Optional.empty())) {
                socket.startHandshake();
                assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(next.leaf());
            }
        }
    }

    @Test
    void refusesHandshakesWhileThereIsNoCertificate() throws Exception {
        material.set(Optional.empty());
        serve("", List.of());
        try (SSLSocket socket = dial(ca, Optional.empty())) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        material.set(Optional.of(ca.server("CN=n1")));
        assertThat(get(Optional.empty())).startsWith("nobody");
    }

    @ParameterizedTest
    @CsvSource({
        "'',           TLSv1.2, true",
        "'',           TLSv1.3, true",
        "VersionTLS12, TLSv1.2, true",
        "VersionTLS13, TLSv1.2, false",
        "VersionTLS13, TLSv1.3, true",
        "VersionTLS10, TLSv1.2, true",
    })
    void holdsToTheMinimumVersion(String minimum, String spoken, boolean admitted)
            throws Exception {
        serve(minimum, List.of());
        try (SSLSocket socket = dial(ca, Optional.empty())) {
            socket.setEnabledProtocols(new String[] {spoken});
            if (admitted) {
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(spoken);
            } else {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"
            })
    void speaksOnlyTheConfiguredSuites(String goName) throws Exception {
        serve("", List.of(goName, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"));
        try (SSLSocket socket = dial(ca, Optional.empty())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).startsWith(goName);
        }
    }

    @Test
    void refusesUnknownVersionsAndSuites() {
        assertThatThrownBy(() -> serve("TLS9", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tlsMinVersion 'TLS9'");
        assertThatThrownBy(() -> serve("", List.of("TLS_NONE")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tlsCipherSuites 'TLS_NONE'");
    }

    @Test
    void survivesClientsThatDoNotSpeakTls() throws Exception {
        serve("", List.of());
        try (RawClient plain = new RawClient(server.address())) {
            plain.send(GET);
            plain.rest();
        }
        assertThat(get(Optional.empty())).startsWith("nobody");
    }
}
