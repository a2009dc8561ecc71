package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PodCertificatesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final PodRef POD = new PodRef("shop", "cart", "uid-1");
    private static final String CHAIN =
            CertificateText.certificate("leaf".getBytes(StandardCharsets.US_ASCII));

    private final FakeApi api = new FakeApi();
    private final FakeTicks ticks = new FakeTicks(NOON);
    private final List<PodRef> changed = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final PodCertificates certificates =
            new PodCertificates(
                    api,
                    new ServiceAccountTokens(api, ticks.clock(), new Random(1)),
                    new PodCertificates.Node("n1", () -> Optional.of("node-uid")),
                    new Sink(),
                    changed::add,
                    ticks);

    private final class Sink implements EventSink {
        @Override
        public void event(
                PodRef pod, Optional<String> field, EventType type, String reason, String message) {
            events.add(reason);
        }

        @Override
        public void nodeEvent(EventType type, String reason, String message) {}
    }

    PodCertificatesTest() {
        api.onCreate =
                body ->
                        new PodCertificateRequestBuilder((PodCertificateRequest) body)
                                .editMetadata()
                                .withName("req-" + api.created.size())
                                .withCreationTimestamp(ticks.now().toString())
                                .endMetadata()
                                .build();
        api.objects.put(
                "/api/v1/namespaces/shop/serviceaccounts/default",
                new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withUid("account-uid")
                        .endMetadata()
                        .build());
    }

    @AfterEach
    void close() {
        certificates.close();
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("cart")
                .withUid("uid-1")
                .endMetadata()
                .withNewSpec()
                .addNewVolume()
                .withName("tls")
                .withNewProjected()
                .addNewSource()
                .endSource()
                .addNewSource()
                .withNewPodCertificate()
                .withSignerName("example.com/s")
                .withKeyType("ECDSAP256")
                .withMaxExpirationSeconds(86400)
                .endPodCertificate()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .build();
    }

    private PodCertificateRequest sent(int count) {
        await().until(() -> api.created.size() == count);
        return (PodCertificateRequest) api.created.get(count - 1);
    }

    private void answer(int count, String condition) {
        PodCertificateRequest request = sent(count);
        api.watches
                .getFirst()
                .put(
                        new PodCertificateRequestBuilder(request)
                                .editMetadata()
                                .withName("req-" + count)
                                .endMetadata()
                                .withNewStatus()
                                .withConditions(
                                        new ConditionBuilder()
                                                .withType(condition)
                                                .withReason("Because")
                                                .withMessage("of reasons")
                                                .build())
                                .withCertificateChain("chatter\n" + CHAIN)
                                .withBeginRefreshAt(NOON.plus(Duration.ofHours(1)).toString())
                                .withNotAfter(NOON.plus(Duration.ofHours(2)).toString())
                                .endStatus()
                                .build());
    }

    @Test
    void theRequestSaysWhoAsks() {
        certificates.register(pod());
        PodCertificateRequest request = sent(1);
        assertThat(request.getMetadata().getGenerateName()).isEqualTo("req-");
        assertThat(request.getMetadata().getOwnerReferences().getFirst().getUid())
                .isEqualTo("uid-1");
        assertThat(request.getSpec().getSignerName()).isEqualTo("example.com/s");
        assertThat(request.getSpec().getPodUID()).isEqualTo("uid-1");
        assertThat(request.getSpec().getServiceAccountUID()).isEqualTo("account-uid");
        assertThat(request.getSpec().getNodeName()).isEqualTo("n1");
        assertThat(request.getSpec().getNodeUID()).isEqualTo("node-uid");
        assertThat(request.getSpec().getMaxExpirationSeconds()).isEqualTo(86400);
        assertThat(request.getSpec().getStubPKCS10Request()).isNotEmpty();
        assertThat(api.watches.getFirst().spec.fieldSelector()).hasValue("spec.nodeName=n1");
    }

    @Test
    void theCertificateComesWithItsKeyAndThePodIsTold() throws Exception {
        certificates.register(pod());
        certificates.register(pod());
        sent(1);
        assertThatThrownBy(() -> certificates.credential(POD, "tls", 1))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessage("credential bundle is not issued yet");
        answer(1, "Issued");
        await().until(() -> !changed.isEmpty());
        assertThat(changed).containsExactly(POD);
        PodCredentials.Credential credential = certificates.credential(POD, "tls", 1);
        assertThat(credential.certificates()).isEqualTo(CHAIN);
        assertThat(credential.privateKey()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(credential.toString()).doesNotContain("PRIVATE");
        assertThat(certificates.states(NOON))
                .isEqualTo(Map.of(new PodCertificates.SignerState("example.com/s", "fresh"), 1));
        assertThat(api.created).hasSize(1);
    }

    @Test
    void aRefusalIsToldInTheVolumesErrorAndAnEvent() {
        certificates.register(pod());
        answer(1, "Failed");
        await().until(() -> events.contains("Failed"));
        assertThatThrownBy(() -> certificates.credential(POD, "tls", 1))
                .hasMessage(
                        "PodCertificateRequest was permanently failed: reason=\"Because\""
                                + " message=\"of reasons\"");
        assertThat(certificates.states(NOON))
                .containsKey(new PodCertificates.SignerState("example.com/s", "failed"));
    }

    @Test
    void aServerThatIsAwayIsAskedAgain() {
        api.outage = new IOException("connection refused");
        certificates.register(pod());
        await().until(() -> !api.gets.isEmpty());
        assertThat(api.created).isEmpty();
        api.outage = null;
        sent(1);
    }

    @Test
    void aGonePodIsForgotten() {
        certificates.register(pod());
        sent(1);
        certificates.unregister("uid-1");
        assertThat(certificates.states(NOON)).isEmpty();
        assertThatThrownBy(() -> certificates.credential(POD, "tls", 1))
                .hasMessage("credential bundle is not issued yet");
    }

    @Test
    void podsWithoutCertificatesCostNothing() {
        certificates.register(
                new PodBuilder(pod()).editSpec().withVolumes(List.of()).endSpec().build());
        assertThat(api.watches).isEmpty();
    }

    @Test
    void anIncompleteAnswerCountsAsFailure() {
        assertThat(
                        PodCertificates.answerOf(
                                new PodCertificateRequestBuilder()
                                        .withNewStatus()
                                        .withConditions(
                                                new ConditionBuilder().withType("Issued").build())
                                        .endStatus()
                                        .build()
                                        .getStatus()))
                .isInstanceOf(CertificateRules.Answer.No.class);
        assertThat(PodCertificates.answerOf(null))
                .isInstanceOf(CertificateRules.Answer.Pending.class);
    }
}
