package dev.caravel.daemon.cert;

import dev.caravel.config.GoDuration;
import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.JitteredBackoff;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has certificates signed through the certificates API. */
public final class SigningRequests {
    private static final Logger LOG = LoggerFactory.getLogger(SigningRequests.class);
    private static final String COLLECTION =
            "/apis/certificates.k8s.io/v1/certificatesigningrequests";

    /** Asking quickly at first, because automatic approval takes a fraction of a second. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(100);

    private static final Duration LATER_LOOKS = Duration.ofSeconds(3);

    private final Ticks ticks;

    public SigningRequests(Ticks ticks) {
        this.ticks = ticks;
    }

    /** A request the API server holds. */
    record Submitted(String name, String uid) {}

    /**
     * Posts a request, or finds the one of the same name that an earlier try of ours has posted.
     *
     * @param name fixed name, or empty for a generated one
     */
    Submitted submit(ApiRequests api, CertificateRequest request, Signer signer, String name)
            throws IOException, InterruptedException {
        String algorithm = request.key().getPrivate().getAlgorithm();
        CertificateSigningRequest body =
                new CertificateSigningRequestBuilder()
                        .withNewMetadata()
                        .withName(name.isEmpty() ? null : name)
                        .withGenerateName(name.isEmpty() ? "csr-" : null)
                        .endMetadata()
                        .withNewSpec()
                        .withRequest(base64(request.pem()))
                        .withSignerName(signer.name())
                        .withUsages(signer.usagesFor(algorithm))
                        .endSpec()
                        .build();
        try {
            CertificateSigningRequest created =
                    api.create(CertificateSigningRequest.class, COLLECTION, body);
            return submitted(created);
        } catch (ApiException e) {
            if (!e.alreadyExists() || name.isEmpty()) {
                throw e;
            }
            LOG.info("Signing request {} of an earlier try exists; waiting for that one", name);
            return submitted(api.get(CertificateSigningRequest.class, COLLECTION + "/" + name));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Submitted submitted(CertificateSigningRequest request) {
        return new Submitted(request.getMetadata().getName(), request.getMetadata().getUid());
    }

    /**
     * Waits until a request is signed.
     *
     * @param obsolete asked between looks; true gives up, because something else is wanted by now
     * @throws IOException when it was refused, is gone, or not signed within {@code limit}
     */
    KeyMaterial await(
            ApiRequests api,
            Submitted submitted,
            CertificateRequest request,
            Duration limit,
            BooleanSupplier obsolete)
            throws IOException, InterruptedException {
        JitteredBackoff looks =
                new JitteredBackoff(
                        FIRST_LOOK, 1.5, LATER_LOOKS, 0.1, RandomGenerator.getDefault());
        long until = ticks.nanos() + limit.toNanos();
        String problem = "nobody has signed it";
        while (ticks.nanos() - until < 0) {
            if (obsolete.getAsBoolean()) {
                throw new IOException(describe(submitted, "no longer what is wanted"));
            }
            try {
                switch (SigningState.of(look(api, submitted), submitted.uid())) {
                    case SigningState.Issued issued -> {
                        return material(issued, submitted, request);
                    }
                    case SigningState.Refused refused ->
                            throw new RefusedException(describe(submitted, refused.why()));
                    case SigningState.Pending pending -> LOG.trace("{} is {}", submitted, pending);
                }
            } catch (RefusedException e) {
                throw new IOException(e.getMessage(), e);
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage()); // the server may come back in time
            }
            ticks.sleep(looks.next());
        }
        throw new IOException(
                describe(
                        submitted,
                        "not signed within " + GoDuration.format(limit) + "; " + problem));
    }

    private static String describe(Submitted submitted, String what) {
        return "certificate signing request " + submitted.name() + ": " + what;
    }

    private static CertificateSigningRequest look(ApiRequests api, Submitted submitted)
            throws IOException, InterruptedException {
        try {
            return api.get(CertificateSigningRequest.class, COLLECTION + "/" + submitted.name());
        } catch (ApiException e) {
            if (e.notFound()) {
                throw new RefusedException(describe(submitted, "it was deleted"));
            }
            throw e;
        }
    }

    private KeyMaterial material(
            SigningState.Issued issued, Submitted submitted, CertificateRequest request)
            throws IOException {
        try {
            KeyMaterial material =
                    Pem.keyMaterial(
                            issued.pem().getBytes(StandardCharsets.US_ASCII),
                            Pem.encode(request.key().getPrivate()));
            Instant end = material.leaf().getNotAfter().toInstant();
            if (ticks.now().isAfter(end)) {
                throw new RefusedException(
                        describe(submitted, "the certificate issued expired at " + end));
            }
            return material;
        } catch (GeneralSecurityException e) {
            throw new RefusedException(
                    describe(submitted, "the certificate issued is unusable: " + e.getMessage()));
        }
    }

    /** Asking again about the same request is no use. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
