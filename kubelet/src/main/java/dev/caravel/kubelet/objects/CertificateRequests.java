package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiRequests;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCertificateProjection;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestBuilder;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Objects;

/** Sends PodCertificateRequests, each with a key of its own. */
final class CertificateRequests {
    private final ApiRequests requests;
    private final ServiceAccounts accounts;
    private final PodCertificates.Node node;

    CertificateRequests(ApiRequests requests, ServiceAccounts accounts, PodCertificates.Node node) {
        this.requests = requests;
        this.accounts = accounts;
        this.node = node;
    }

    /**
     * Asks for a certificate.
     *
     * @throws ObjectUnavailableException when it cannot be asked for now
     */
    SourceLife.Sent send(Pod pod, PodCertificateProjection wanted)
            throws ObjectUnavailableException, InterruptedException {
        String namespace = pod.getMetadata().getNamespace();
        String account =
                Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
        String accountUid =
                accounts.serviceAccount(namespace, account)
                        .map(a -> a.getMetadata().getUid())
                        .orElseThrow(() ->
                                new ObjectUnavailableException(
                                        "service account \"" + account + "\" not found"));
        String nodeUid =
                node.uid()
                        .get()
                        .orElseThrow(() ->
                                new ObjectUnavailableException("the Node object is not known yet"));
        try {
            PodKey key = PodKey.generate(wanted.getKeyType());
            PodCertificateRequest sent =
                    requests.create(
                            PodCertificateRequest.class,
                            "/apis/certificates.k8s.io/v1/namespaces/"
                                    + namespace
                                    + "/podcertificaterequests",
                            body(pod, wanted, account, accountUid, nodeUid, key));
            return new SourceLife.Sent(
                    key.privateKey(),
                    sent.getMetadata().getName(),
                    Instant.parse(sent.getMetadata().getCreationTimestamp()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ObjectUnavailableException("while generating keypair: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ObjectUnavailableException(
                    "while creating PodCertificateRequest: " + e.getMessage(), e);
        }
    }

    private PodCertificateRequest body(
            Pod pod,
            PodCertificateProjection wanted,
            String account,
            String accountUid,
            String nodeUid,
            PodKey key) {
        String podName = pod.getMetadata().getName();
        String podUid = pod.getMetadata().getUid();
        return new PodCertificateRequestBuilder()
                .withNewMetadata()
                .withNamespace(pod.getMetadata().getNamespace())
                .withGenerateName("req-")
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(podName)
                .withUid(podUid)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withSignerName(wanted.getSignerName())
                .withPodName(podName)
                .withPodUID(podUid)
                .withServiceAccountName(account)
                .withServiceAccountUID(accountUid)
                .withNodeName(node.name())
                .withNodeUID(nodeUid)
                .withMaxExpirationSeconds(wanted.getMaxExpirationSeconds())
                .withStubPKCS10Request(key.request())
                .withUnverifiedUserAnnotations(wanted.getUserAnnotations())
                .endSpec()
                .build();
    }
}
