package dev.caravel.e2e;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * What a controller manager does about the certificate signing requests of kubelets: approves and
 * signs them, whoever asks. The first certificate of each signer is close to its end, so that it is
 * rotated at once; the others live for a year.
 */
final class TinySigner {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String SERVING = "kubernetes.io/kubelet-serving";

    private final Path folder;
    private final List<Signed> signed = new CopyOnWriteArrayList<>();

    /** A certificate given, and the user who asked for it. */
    record Signed(String signerName, String user, X509Certificate certificate) {}

    /** Makes the key of the authority in {@code folder}. */
    TinySigner(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("index"), "");
        Files.writeString(
                folder.resolve("ca.cnf"),
                """
                [ca]
                default_ca = tiny
                [tiny]
                database = %1$s/index
                new_certs_dir = %1$s
                certificate = %1$s/ca.crt
                private_key = %1$s/ca.key
                rand_serial = yes
                unique_subject = no
                default_md = sha256
                policy = any
                copy_extensions = copy
                [any]
                organizationName = supplied
                commonName = supplied
                [client]
                extendedKeyUsage = clientAuth
                [serving]
                extendedKeyUsage = serverAuth
                """
                        .formatted(folder));
        Shell.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "800",
                "-subj",
                "/CN=tiny",
                "-keyout",
                folder.resolve("ca.key").toString(),
                "-out",
                authority().toString());
    }

    /** Its own certificate: whom the API server has to trust. */
    Path authority() {
        return folder.resolve("ca.crt");
    }

    /** The certificates given by {@code signerName}, the oldest first. */
    List<Signed> signed(String signerName) {
        return signed.stream()
                .filter(s -> s.signerName().equals(signerName))
                .collect(Collectors.toList());
    }

    /** Approves and signs what waits. */
    void signAll(KubernetesClient client)
            throws IOException, InterruptedException, GeneralSecurityException {
        for (CertificateSigningRequest request :
                client.certificates().v1().certificateSigningRequests().list().getItems()) {
            if (request.getStatus() == null || request.getStatus().getCertificate() == null) {
                sign(client, request);
            }
        }
    }

    private void sign(KubernetesClient client, CertificateSigningRequest request)
            throws IOException, InterruptedException, GeneralSecurityException {
        String name = request.getMetadata().getName();
        String signerName = request.getSpec().getSignerName();
        byte[] chain = certificate(name, signerName, request.getSpec().getRequest());
        CertificateSigningRequest approved =
                client.certificates()
                        .v1()
                        .certificateSigningRequests()
                        .withName(name)
                        .approve(
                                new CertificateSigningRequestConditionBuilder()
                                        .withType("Approved")
                                        .withStatus("True")
                                        .withReason("Test")
                                        .withMessage("approved by the test")
                                        .build());
        approved.getStatus().setCertificate(Base64.getEncoder().encodeToString(chain));
        client.resource(approved).updateStatus();
        signed.add(new Signed(signerName, request.getSpec().getUsername(), read(chain)));
    }

    /** The first certificate of a PEM file. */
    static X509Certificate read(byte[] pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem));
    }

    /** Signs a PKCS#10 request given as base64 of PEM. */
    private byte[] certificate(String name, String signerName, String request)
            throws IOException, InterruptedException {
        Path csr = folder.resolve(name + ".csr");
        Path crt = folder.resolve(name + ".crt");
        Files.write(csr, Base64.getDecoder().decode(request.getBytes(StandardCharsets.US_ASCII)));
        Instant now = Instant.now();
        boolean first = signed(signerName).isEmpty();
        Instant from = now.minus(first ? Duration.ofHours(10) : Duration.ofMinutes(5));
        Instant until = now.plus(first ? Duration.ofHours(1) : Duration.ofDays(365));
        Shell.run(
                "openssl",
                "ca",
                "-batch",
                "-notext",
                "-config",
                folder.resolve("ca.cnf").toString(),
                "-extensions",
                signerName.equals(SERVING) ? "serving" : "client",
                "-startdate",
                TIME.format(from),
                "-enddate",
                TIME.format(until),
                "-in",
                csr.toString(),
                "-out",
                crt.toString());
        return Files.readAllBytes(crt);
    }
}
