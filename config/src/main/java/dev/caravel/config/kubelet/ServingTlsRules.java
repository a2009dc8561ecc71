package dev.caravel.config.kubelet;

import dev.caravel.config.document.Violations;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules for the TLS fields: names and numbers are those of Go's crypto/tls. */
final class ServingTlsRules {

    private static final Set<String> VERSIONS =
            Set.of("", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13");
    private static final Set<Integer> CURVES = Set.of(23, 24, 25, 29, 4587, 4588, 4589);
    private static final Set<String> SUITES =
            Set.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
                    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
                    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
                    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
                    "TLS_RSA_WITH_AES_128_CBC_SHA",
                    "TLS_RSA_WITH_AES_128_CBC_SHA256",
                    "TLS_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_RSA_WITH_AES_256_CBC_SHA",
                    "TLS_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_RSA_WITH_RC4_128_SHA");

    private ServingTlsRules() {}

    static void check(KubeletConfiguration config, Violations out) {
        out.when(
                !VERSIONS.contains(config.tlsMinVersion()),
                "tlsMinVersion",
                "must be VersionTLS10, VersionTLS11, VersionTLS12 or VersionTLS13");
        List<String> suites = config.tlsCipherSuites();
        for (int at = 0; at < suites.size(); at++) {
            out.when(
                    !SUITES.contains(suites.get(at)),
                    "tlsCipherSuites[" + at + "]",
                    "must be one of " + String.join(", ", SUITES.stream().sorted().toList()));
        }
        Set<Integer> seen = new HashSet<>();
        List<Integer> curves = config.tlsCurvePreferences();
        for (int at = 0; at < curves.size(); at++) {
            String path = "tlsCurvePreferences[" + at + "]";
            out.when(
                    !CURVES.contains(curves.get(at)),
                    path,
                    "must be one of 23 (P-256), 24 (P-384), 25 (P-521), 29 (X25519), 4587, 4588, 4589"
                            + " (with ML-KEM)");
            out.when(!seen.add(curves.get(at)), path, "is listed twice");
        }
    }
}
