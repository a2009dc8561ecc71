package dev.caravel.daemon.http;

import dev.caravel.daemon.cert.KeyMaterial;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a server speaks TLS.
 *
 * @param material asked at every handshake; empty refuses the handshake, as the kubelet does until
 *     its serving certificate has been issued
 * @param clientCa when present a client certificate is requested (not required)
 * @param minVersion Go name, {@code VersionTLS12} or {@code VersionTLS13}; empty means 1.2
 * @param cipherSuites Go (IANA) names for TLS 1.2; empty means Go's secure ones
 */
public record TlsSettings(
        Supplier<Optional<KeyMaterial>> material,
        Optional<ClientCa> clientCa,
        String minVersion,
        List<String> cipherSuites) {
    public TlsSettings {
        cipherSuites = List.copyOf(cipherSuites);
    }
}
