package dev.caravel.daemon.http;

import dev.caravel.daemon.cert.KeyMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives TLS the key of the moment. JSSE asks three times a handshake (alias, chain, key); the alias
 * names a generation and the last two are kept, so that a rotation in between mixes nothing.
 */
final class HandshakeKeys extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeKeys.class);

    private record Generation(int number, KeyMaterial material) {
        String alias() {
            return "generation-" + number;
        }
    }

    private final Supplier<Optional<KeyMaterial>> source;
    private @Nullable Generation current;
    private @Nullable Generation previous;

    HandshakeKeys(Supplier<Optional<KeyMaterial>> source) {
        this.source = source;
    }

    private synchronized @Nullable String choose(String keyType) {
        Optional<KeyMaterial> material = source.get();
        if (material.isEmpty()) {
            LOG.warn("TLS handshake refused: no serving certificate available for the kubelet");
            return null;
        }
        Generation newest = current;
        if (newest == null || !newest.material.equals(material.get())) {
            previous = newest;
            newest = new Generation(newest == null ? 0 : newest.number + 1, material.get());
            current = newest;
        }
        String algorithm = newest.material.key().getAlgorithm();
        boolean rsa = algorithm.equals("RSA") && keyType.startsWith("RSA"); // also RSASSA-PSS
        boolean fits = rsa || keyType.equals(algorithm);
        return fits ? newest.alias() : null;
    }

    private synchronized @Nullable KeyMaterial find(String alias) {
        for (Generation generation : new @Nullable Generation[] {current, previous}) {
            if (generation != null && generation.alias().equals(alias)) {
                return generation.material;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        KeyMaterial material = find(alias);
        return material == null ? null : material.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        KeyMaterial material = find(alias);
        return material == null ? null : material.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = choose(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
