package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.CertificateSubject;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.cert.ReloadedFiles;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server is the API server: its chain leads to the kubeconfig's authority, and its
 * certificate carries the host's name (checked by the JDK) or {@code tls-server-name} (checked
 * here).
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Supplier<X509ExtendedTrustManager> chains;
    private final String serverName;
    private final boolean insecure;

    private ServerTrust(
            Supplier<X509ExtendedTrustManager> chains, String serverName, boolean insecure) {
        this.chains = chains;
        this.serverName = serverName;
        this.insecure = insecure;
    }

    /**
     * The trust a kubeconfig describes; an authority in a file is read again when it changes.
     *
     * @throws IOException when the authority cannot be used
     */
    static ServerTrust of(Kubeconfig config, Ticks ticks) throws IOException {
        Supplier<X509ExtendedTrustManager> chains;
        try {
            Optional<Path> file = config.authority().flatMap(PemSource::file);
            if (file.isPresent()) {
                ReloadedFiles<X509ExtendedTrustManager> bundle =
                        new ReloadedFiles<>(
                                "API server CA",
                                List.of(file.get()),
                                contents -> pkix(Optional.of(contents.getFirst())),
                                ticks);
                X509ExtendedTrustManager first = bundle.read();
                chains = () -> bundle.get().orElse(first);
            } else if (config.authority().isPresent()) {
                X509ExtendedTrustManager fixed = pkix(Optional.of(config.authority().get().read()));
                chains = () -> fixed;
            } else {
                X509ExtendedTrustManager publicOnes = pkix(Optional.empty());
                chains = () -> publicOnes;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("certificate authority of the API server: " + e.getMessage(), e);
        }
        return new ServerTrust(chains, config.tlsServerName(), config.insecure());
    }

    private static X509ExtendedTrustManager pkix(Optional<byte[]> pem)
            throws GeneralSecurityException, IOException {
        @Nullable KeyStore store = null;
        if (pem.isPresent()) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : Pem.certificates(pem.get())) {
                store.setCertificateEntry("ca-" + number++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return trust;
            }
        }
        throw new GeneralSecurityException("this Java runtime cannot verify X.509 certificates");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (insecure) {
            return;
        }
        if (serverName.isEmpty()) {
            chains.get().checkServerTrusted(chain, authType, engine);
        } else {
            checkServerTrusted(chain, authType);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (insecure) {
            return;
        }
        if (serverName.isEmpty()) {
            chains.get().checkServerTrusted(chain, authType, socket);
        } else {
            checkServerTrusted(chain, authType);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        if (insecure) {
            return;
        }
        chains.get().checkServerTrusted(chain, authType);
        if (!serverName.isEmpty() && !carries(chain[0], serverName)) {
            throw new CertificateException(
                    "the API server's certificate is not for " + serverName + " (tls-server-name)");
        }
    }

    /** RFC 9525: a wildcard stands for exactly the leftmost label. */
    static boolean carries(X509Certificate certificate, String name) throws CertificateException {
        CertificateSubject subject = CertificateSubject.of(certificate);
        String wanted = name.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String wildcard = dot < 0 ? "" : "*" + wanted.substring(dot);
        for (String dnsName : subject.dnsNames()) {
            String held = dnsName.toLowerCase(Locale.ROOT);
            if (held.equals(wanted) || (!wildcard.isEmpty() && held.equals(wildcard))) {
                return true;
            }
        }
        return subject.ipAddresses().contains(name);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("this trust is for clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.get().getAcceptedIssuers();
    }
}
