package dev.caravel.daemon.cert;

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
public final class RotatingKeys extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingKeys.class);

    private record Generation(int number, KeyMaterial material) {
        String alias() {
            return "generation-" + number;
        }
    }

    private final Supplier<Optional<KeyMaterial>> source;
    private final String whenEmpty;
    private @Nullable Generation current;
    private @Nullable Generation previous;

    /**
     * @param source asked at every handshake
     * @param whenEmpty logged when a server has nothing to show, which ends the handshake; a client
     *     then goes on without a certificate
     */
    public RotatingKeys(Supplier<Optional<KeyMaterial>> source, String whenEmpty) {
        this.source = source;
        this.whenEmpty = whenEmpty;
    }

    private synchronized @Nullable String choose(String keyType) {
        Optional<KeyMaterial> material = source.get();
        if (material.isEmpty()) {
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
        return chooseOrWarn(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseOrWarn(keyType);
    }

    private @Nullable String chooseOrWarn(String keyType) {
        if (source.get().isEmpty()) {
            LOG.warn("TLS handshake refused: {}", whenEmpty);
        }
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        for (String keyType : keyTypes) {
            String alias = choose(keyType);
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
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
        return getServerAliases(keyType, issuers);
    }
}
