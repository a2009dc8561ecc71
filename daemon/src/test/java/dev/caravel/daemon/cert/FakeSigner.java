package dev.caravel.daemon.cert;

import static java.util.Objects.requireNonNull;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * The certificates API in memory: refuses requests whose signature or form is wrong, and signs the
 * others with {@link TestCa} once a test approves them.
 */
public final class FakeSigner implements ApiRequests {
    final Map<String, CertificateSigningRequest> held = new ConcurrentHashMap<>();
    final List<CertificateSigningRequest> posted = new ArrayList<>();
    final Deque<IOException> failures = new ArrayDeque<>();
    private final TestCa ca;
    private final AtomicInteger names = new AtomicInteger();
    private final Supplier<Instant> now;
    public volatile boolean approving = true;
    public volatile Duration lifetime = Duration.ofDays(365);

    public FakeSigner(TestCa ca, Supplier<Instant> now) {
        this.ca = ca;
        this.now = now;
    }

    @Override
    public synchronized <T> T create(Class<T> type, String path, Object body) throws IOException {
        IOException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        CertificateSigningRequest request = (CertificateSigningRequest) body;
        parse(request);
        String name = request.getMetadata().getName();
        if (name == null) {
            name = request.getMetadata().getGenerateName() + names.incrementAndGet();
        }
        if (held.containsKey(name)) {
            throw refusal(409, "AlreadyExists");
        }
        CertificateSigningRequest stored =
                new CertificateSigningRequestBuilder(request)
                        .editMetadata()
                        .withName(name)
                        .withUid(UUID.randomUUID().toString())
                        .endMetadata()
                        .build();
        held.put(name, stored);
        posted.add(stored);
        return type.cast(stored);
    }

    @Override
    public <T> T get(Class<T> type, String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        CertificateSigningRequest request = held.get(name);
        if (request == null) {
            throw refusal(404, "NotFound");
        }
        if (approving && request.getStatus() == null) {
            approve(name, "Approved");
        }
        return type.cast(requireNonNull(held.get(name)));
    }

    /** Adds a condition and, for an approval, signs. */
    void approve(String name, String condition) {
        held.computeIfPresent(
                name,
                (key, request) ->
                        new CertificateSigningRequestBuilder(request)
                                .withNewStatus()
                                .withCertificate(
                                        condition.equals("Approved") ? sign(request) : null)
                                .addNewCondition()
                                .withType(condition)
                                .withReason("TestSays")
                                .withMessage("because")
                                .endCondition()
                                .endStatus()
                                .build());
    }

    private String sign(CertificateSigningRequest request) {
        try {
            PKCS10CertificationRequest csr = parse(request);
            KeyPair pair =
                    new KeyPair(
                            new JcaPEMKeyConverter().getPublicKey(csr.getSubjectPublicKeyInfo()),
                            null);
            KeyPurposeId purpose =
                    request.getSpec().getUsages().contains("client auth")
                            ? KeyPurposeId.id_kp_clientAuth
                            : KeyPurposeId.id_kp_serverAuth;
            Instant from = now.get().minusSeconds(1);
            byte[] pem =
                    Pem.encode(
                            List.of(
                                    ca.sign(
                                            pair,
                                            csr.getSubject().toString(),
                                            purpose,
                                            from,
                                            from.plus(lifetime))));
            return Base64.getEncoder().encodeToString(pem);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static PKCS10CertificationRequest parse(CertificateSigningRequest request)
            throws IOException {
        byte[] pem = Base64.getDecoder().decode(request.getSpec().getRequest());
        try {
            Pem.Block block = Pem.blocks(pem).getFirst();
            if (!block.type().equals("CERTIFICATE REQUEST")) {
                throw refusal(422, "Invalid");
            }
            return CertificateRequestTest.verified(block.content());
        } catch (ApiException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(new String(pem, StandardCharsets.US_ASCII), e);
        }
    }

    static ApiException refusal(int code, String reason) {
        return new ApiException("test", code, reason, "test says no", Optional.empty());
    }

    @Override
    public <T> T update(Class<T> type, String path, Object body) throws IOException {
        throw refusal(405, "MethodNotAllowed");
    }

    @Override
    public <T> T patch(Class<T> type, String path, PatchType patchType, String json)
            throws IOException {
        throw refusal(405, "MethodNotAllowed");
    }

    @Override
    public void delete(String path, String optionsJson) throws IOException {
        throw refusal(405, "MethodNotAllowed");
    }

    @Override
    public String raw(String path) throws IOException {
        throw refusal(405, "MethodNotAllowed");
    }
}
