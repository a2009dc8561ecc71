package dev.caravel.daemon.cert;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.fs.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bootstrap of a node that does not rotate its certificate: one request, waited for before
 * anything else starts. A node that rotates lets {@link CertificateRotation} do it.
 */
public final class NodeBootstrap {
    private static final Logger LOG = LoggerFactory.getLogger(NodeBootstrap.class);
    private static final Duration SIGNING_LIMIT = Duration.ofHours(1);
    private static final Duration SERVER_LIMIT = Duration.ofMinutes(1);
    private static final Duration SERVER_RETRY = Duration.ofSeconds(2);

    private final Path folder;
    private final CertificateStore store;
    private final Ticks ticks;

    /**
     * @param folder {@code --cert-dir}
     * @param store of {@code kubelet-client} in it
     */
    public NodeBootstrap(Path folder, CertificateStore store, Ticks ticks) {
        this.folder = folder;
        this.store = store;
        this.ticks = ticks;
    }

    /**
     * Obtains the client certificate of the node and stores it. The key survives a restart, so that
     * the same request is found again.
     *
     * @param api with the bootstrap credentials
     * @throws IOException when the request is refused or not signed within an hour
     */
    public KeyMaterial obtain(ApiRequests api, String nodeName)
            throws IOException, InterruptedException {
        Path keyFile = folder.resolve("kubelet-client.key.tmp");
        CertificateSubject subject = CertificateSubject.nodeClient(nodeName);
        CertificateRequest request;
        String name;
        try {
            KeyPair key = key(keyFile);
            request = CertificateRequest.create(subject, key);
            name = requestName(key.getPublic(), subject, Signer.KUBELET_CLIENT);
        } catch (GeneralSecurityException e) {
            throw new IOException("making the certificate request of " + nodeName, e);
        }
        SigningRequests requests = new SigningRequests(ticks);
        SigningRequests.Submitted submitted = submit(requests, api, request, name);
        LOG.info("Waiting for certificate signing request {} to be signed", submitted.name());
        KeyMaterial signed = requests.await(api, submitted, request, SIGNING_LIMIT, () -> false);
        store.update(signed);
        AtomicFiles.delete(keyFile);
        return signed;
    }

    private SigningRequests.Submitted submit(
            SigningRequests requests, ApiRequests api, CertificateRequest request, String name)
            throws IOException, InterruptedException {
        long until = ticks.nanos() + SERVER_LIMIT.toNanos();
        while (true) {
            try {
                return requests.submit(api, request, Signer.KUBELET_CLIENT, name);
            } catch (ApiException e) {
                throw e;
            } catch (IOException e) {
                if (ticks.nanos() - until >= 0) {
                    throw e;
                }
                LOG.info("API server not reached ({}); next try soon", e.getMessage());
                ticks.sleep(SERVER_RETRY);
            }
        }
    }

    private KeyPair key(Path keyFile) throws IOException, GeneralSecurityException {
        Optional<KeyMaterial> expired = store.current();
        if (expired.isPresent()) {
            return new KeyPair(expired.get().leaf().getPublicKey(), expired.get().key());
        }
        if (Files.exists(keyFile)) {
            try {
                return read(Files.readAllBytes(keyFile));
            } catch (GeneralSecurityException e) {
                LOG.info("Key {} cannot be used ({}); making a new one", keyFile, e.getMessage());
            }
        }
        KeyPair key = PrivateKeys.generate();
        ByteArrayOutputStream pem = new ByteArrayOutputStream();
        pem.writeBytes(Pem.encode(key.getPrivate()));
        pem.writeBytes(Pem.encode("PUBLIC KEY", key.getPublic().getEncoded()));
        Files.createDirectories(folder);
        AtomicFiles.write(keyFile, pem.toByteArray(), AtomicFiles.OWNER_ONLY);
        return key;
    }

    private static KeyPair read(byte[] pem) throws GeneralSecurityException {
        for (Pem.Block block : Pem.blocks(pem)) {
            if (block.type().equals("PUBLIC KEY")) {
                PublicKey publicKey =
                        KeyFactory.getInstance("EC")
                                .generatePublic(new X509EncodedKeySpec(block.content()));
                return new KeyPair(publicKey, Pem.privateKey(pem));
            }
        }
        throw new GeneralSecurityException("it lacks the public half");
    }

    /** Upstream's name: a digest of all that makes the request what it is. */
    static String requestName(PublicKey key, CertificateSubject subject, Signer signer)
            throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-512/256");
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        write(digest, base64, key.getEncoded());
        write(digest, base64, subject.commonName().getBytes(StandardCharsets.UTF_8));
        for (String organization : subject.organizations()) {
            write(digest, base64, organization.getBytes(StandardCharsets.UTF_8));
        }
        for (String usage : signer.usagesFor(key.getAlgorithm())) {
            write(digest, base64, usage.getBytes(StandardCharsets.UTF_8));
        }
        return "node-csr-" + base64.encodeToString(digest.digest());
    }

    private static void write(MessageDigest digest, Base64.Encoder base64, byte[] part) {
        digest.update(base64.encode(part));
        digest.update((byte) '|');
    }
}
