package dev.caravel.daemon.http;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The authorities whose client certificates are accepted, reloaded when their file changes. The
 * handshake only requests a certificate; whoever authenticates a request asks {@link #verify}.
 */
public interface ClientCa {
    /** The authorities now trusted; sent to clients as a hint. */
    List<X509Certificate> authorities();

    /**
     * Checks a chain, leaf first, against the authorities: path, validity, and that it may be used
     * for client authentication.
     *
     * @throws java.security.cert.CertificateException saying why the chain is not accepted
     */
    void verify(List<X509Certificate> chain) throws java.security.cert.CertificateException;
}
