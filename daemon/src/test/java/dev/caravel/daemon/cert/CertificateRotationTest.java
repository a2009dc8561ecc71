package dev.caravel.daemon.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.ManualTicks;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRotationTest {
    private final List<KeyMaterial> heard = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<CertificateSubject>> subject =
            new AtomicReference<>(Optional.of(CertificateSubject.nodeClient("n1")));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestCa ca;

    @SuppressWarnings("NullAway.Init")
    private FakeSigner signer;

    @SuppressWarnings("NullAway.Init")
    private CertificateStore store;

    private RotationMetrics metrics = RotationMetrics.serving(new Metrics());

    @SuppressWarnings("NullAway.Init")
    private CertificateRotation rotation;

    @BeforeEach
    void open() throws Exception {
        ca = new TestCa("ca");
        signer = new FakeSigner(ca, Instant::now);
        store = CertificateStore.open(folder, "kubelet-client", Ticks.system().clock());
    }

    @AfterEach
    void close() {
        if (rotation != null) {
            rotation.close();
        }
    }

    private void start(Signer kind, Optional<KeyMaterial> initial) {
        rotation =
                CertificateRotation.start(
                        new CertificateRotation.Settings(
                                "client",
                                kind,
                                subject::get,
                                store,
                                current -> signer,
                                heard::add,
                                metrics),
                        initial,
                        Ticks.system());
    }

    @Test
    void obtainsAndStoresTheFirstCertificate() {
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().until(() -> rotation.current().isPresent());

        assertThat(rotation.current()).isEqualTo(store.current());
        await().untilAsserted(() -> assertThat(heard).hasSize(1));
        assertThat(rotation.serverHealthy()).isTrue();
        CertificateSigningRequest request = signer.posted.getFirst();
        assertThat(request.getMetadata().getGenerateName()).isEqualTo("csr-");
        assertThat(request.getSpec().getSignerName())
                .isEqualTo("kubernetes.io/kube-apiserver-client-kubelet");
        assertThat(request.getSpec().getUsages())
                .containsExactly("digital signature", "client auth");
    }

    @Test
    void rotatesWhenTheLifetimeIsMostlyOver() {
        signer.lifetime = Duration.ofSeconds(6);
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() >= 2);

        assertThat(heard.get(1)).isNotEqualTo(heard.get(0));
        assertThat(metrics.ages().orElseThrow().getCount()).isPositive();
    }

    @Test
    void replacesAnEmbeddedCertificateAtOnce() throws Exception {
        KeyMaterial embedded = ca.client("O=system:nodes,CN=system:node:n1");
        signer.approving = false;
        start(Signer.KUBELET_CLIENT, Optional.of(embedded));
        await().until(() -> !signer.posted.isEmpty());
        assertThat(rotation.current()).contains(embedded);
        assertThat(store.current()).contains(embedded);

        signer.approving = true;
        await().until(() -> !heard.isEmpty());
        assertThat(rotation.current()).contains(heard.getFirst());
    }

    @Test
    void usesAStoredCertificateWithoutAsking() throws Exception {
        KeyMaterial stored = ca.client("O=system:nodes,CN=system:node:n1");
        store.update(stored);
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().during(Duration.ofMillis(300)).until(() -> signer.posted.isEmpty());
        assertThat(rotation.current()).contains(stored);
    }

    @Test
    void asksAgainWhenAnExpiredCertificateIsStored() throws Exception {
        Instant now = Instant.now();
        store.update(
                ca.issue(
                        "EC",
                        "O=system:nodes,CN=system:node:n1",
                        KeyPurposeId.id_kp_clientAuth,
                        now.minusSeconds(100),
                        now.minusSeconds(10)));
        signer.approving = false;
        start(Signer.KUBELET_CLIENT, Optional.empty());
        assertThat(rotation.current()).isEmpty();
        signer.approving = true;
        await().until(() -> rotation.current().isPresent());
    }

    @Test
    void triesAgainAfterFailuresAndKnowsWhetherTheServerLives() {
        signer.failures.add(new IOException("connection refused"));
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().until(() -> metrics.failures().get() == 1);
        assertThat(rotation.serverHealthy()).isFalse();
        await().atMost(Duration.ofSeconds(10)).until(() -> rotation.current().isPresent());
        assertThat(rotation.serverHealthy()).isTrue();
    }

    @Test
    void takesAForbiddenAnswerForALivingServer() {
        signer.failures.add(FakeSigner.refusal(403, "Forbidden"));
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().until(() -> metrics.failures().get() == 1);
        assertThat(rotation.serverHealthy()).isTrue();
    }

    @Test
    void requestsAServingCertificateOnceTheAddressesAreKnown() {
        subject.set(Optional.empty());
        start(Signer.KUBELET_SERVING, Optional.empty());
        await().during(Duration.ofMillis(200)).until(() -> signer.posted.isEmpty());
        subject.set(
                Optional.of(
                        CertificateSubject.nodeServer(
                                "n1", List.of("localhost"), List.of("127.0.0.1"))));
        rotation.subjectChanged();
        await().until(() -> rotation.current().isPresent());
        assertThat(signer.posted.getFirst().getSpec().getUsages())
                .containsExactly("digital signature", "server auth");
    }

    @Test
    void dropsARequestThatIsNoLongerWanted() {
        signer.approving = false;
        start(Signer.KUBELET_CLIENT, Optional.empty());
        await().until(() -> !signer.posted.isEmpty());
        subject.set(Optional.of(CertificateSubject.nodeClient("n2")));
        signer.approving = true;
        await().atMost(Duration.ofSeconds(15)).until(() -> rotation.current().isPresent());
        assertThat(rotation.current().orElseThrow().leaf().getSubjectX500Principal().getName())
                .contains("system:node:n2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Denied", "Failed"})
    void reportsWhyARequestWasRefused(String verdict) throws Exception {
        ManualTicks ticks = new ManualTicks();
        SigningRequests requests = new SigningRequests(ticks);
        CertificateRequest request = CertificateRequest.create(CertificateSubject.nodeClient("n1"));
        signer.approving = false;
        var submitted = requests.submit(signer, request, Signer.KUBELET_CLIENT, "");
        signer.approve(submitted.name(), verdict);
        assertThatThrownBy(() ->
                        requests.await(
                                signer, submitted, request, Duration.ofHours(1), () -> false))
                .hasMessageContaining(verdict.toLowerCase(java.util.Locale.ROOT))
                .hasMessageContaining("reason: TestSays, message: because");
    }

    @Test
    void givesUpWaitingInTimeAndWhenTheRequestIsGone() throws Exception {
        ManualTicks ticks = new ManualTicks();
        SigningRequests requests = new SigningRequests(ticks);
        CertificateRequest request = CertificateRequest.create(CertificateSubject.nodeClient("n1"));
        signer.approving = false;
        var submitted = requests.submit(signer, request, Signer.KUBELET_CLIENT, "");
        Duration limit = Duration.ofMinutes(15);
        assertThatThrownBy(() -> requests.await(signer, submitted, request, limit, () -> false))
                .hasMessageContaining("not signed within 15m0s");
        assertThat(ticks.slept().size()).isLessThan(400);
        signer.held.clear();
        assertThatThrownBy(() -> requests.await(signer, submitted, request, limit, () -> false))
                .hasMessageContaining("it was deleted");
    }

    @Test
    void bootstrapsOnceAndFindsItsRequestAgainAfterARestart() throws Exception {
        signer.approving = false;
        Path keyFile = folder.resolve("kubelet-client.key.tmp");
        Thread interrupted =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                new NodeBootstrap(folder, store, Ticks.system())
                                        .obtain(signer, "n1");
                            } catch (IOException | InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        await().until(() -> !signer.posted.isEmpty());
        interrupted.interrupt();
        interrupted.join();
        assertThat(keyFile).exists();

        signer.approving = true;
        KeyMaterial obtained =
                new NodeBootstrap(folder, store, Ticks.system()).obtain(signer, "n1");
        assertThat(signer.posted).hasSize(1);
        assertThat(signer.posted.getFirst().getMetadata().getName())
                .matches("node-csr-[A-Za-z0-9_-]{43}");
        assertThat(store.current()).contains(obtained);
        assertThat(keyFile).doesNotExist();
        assertThat(Files.isSymbolicLink(store.currentPath())).isTrue();
    }
}
