package dev.caravel.daemon.http;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Lets any client certificate through the handshake. It proves nothing until {@link
 * ClientCa#verify} has accepted its chain; a client with a bad one may still come with a token, so
 * the handshake must not fail (as with {@code RequestClientCert} in Go).
 */
final class UnverifiedClients extends X509ExtendedTrustManager {
    private final Optional<ClientCa> clientCa;

    UnverifiedClients(Optional<ClientCa> clientCa) {
        this.clientCa = clientCa;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(
            X509Certificate[] chain, String authType, @Nullable Socket socket) {}

    @Override
    public void checkClientTrusted(
            X509Certificate[] chain, String authType, @Nullable SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("this trust is for servers");
    }

    @Override
    public void checkServerTrusted(
            X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(
            X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return clientCa.map(ca -> ca.authorities().toArray(X509Certificate[]::new))
                .orElse(new X509Certificate[0]);
    }
}
