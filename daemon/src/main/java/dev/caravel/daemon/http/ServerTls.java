package dev.caravel.daemon.http;

import dev.caravel.daemon.cert.RotatingKeys;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a server as {@link TlsSettings} say: key asked for per handshake, clients not required.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    /** TLS 1.2 suites with forward secrecy and authenticated encryption; 1.3 has no others. */
    private static final List<String> SECURE_SUITES =
            List.of(
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Always on with TLS 1.3, as in Go where they cannot be configured. */
    private static final List<String> TLS13_SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    /** The JDK remembers 20,480 sessions for a day by default; scrapers would fill that. */
    private static final int SESSIONS = 128;

    private static final int SESSION_SECONDS = 3600;

    private final SSLSocketFactory factory;
    private final SSLParameters parameters;

    /**
     * @throws IllegalArgumentException for an unknown TLS version or cipher suite
     */
    ServerTls(TlsSettings settings) {
        SSLContext context = context(settings);
        factory = context.getSocketFactory();
        parameters = context.getDefaultSSLParameters();
        List<String> protocols = protocols(settings.minVersion());
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setCipherSuites(
                suites(settings.cipherSuites(), context, protocols).toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        if (settings.clientCa().isPresent()) {
            parameters.setWantClientAuth(true);
        }
    }

    private static SSLContext context(TlsSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {
                        new RotatingKeys(
                                settings.material(),
                                "no serving certificate available for the kubelet")
                    },
                    new TrustManager[] {new UnverifiedClients(settings.clientCa())},
                    new SecureRandom());
            context.getServerSessionContext().setSessionCacheSize(SESSIONS);
            context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS: " + e.getMessage(), e);
        }
    }

    static List<String> protocols(String minVersion) {
        return switch (minVersion) {
            case "", "VersionTLS12" -> List.of("TLSv1.3", "TLSv1.2");
            case "VersionTLS13" -> List.of("TLSv1.3");
            case "VersionTLS10", "VersionTLS11" -> {
                LOG.warn("TLS versions below 1.2 are not spoken; {} means 1.2 here", minVersion);
                yield List.of("TLSv1.3", "TLSv1.2");
            }
            default ->
                    throw new IllegalArgumentException(
                            "tlsMinVersion '"
                                    + minVersion
                                    + "': unknown; use VersionTLS12 or VersionTLS13");
        };
    }

    private static List<String> suites(
            List<String> wanted, SSLContext context, List<String> protocols) {
        List<String> suites = new ArrayList<>(TLS13_SUITES);
        if (!protocols.contains("TLSv1.2")) {
            return suites;
        }
        if (wanted.isEmpty()) {
            suites.addAll(SECURE_SUITES);
            return suites;
        }
        Set<String> supported =
                Set.copyOf(Arrays.asList(context.getSupportedSSLParameters().getCipherSuites()));
        Set<String> enabled =
                Set.copyOf(Arrays.asList(context.getDefaultSSLParameters().getCipherSuites()));
        for (String goName : wanted) {
            String name = javaName(goName);
            if (TLS13_SUITES.contains(name)) {
                continue;
            }
            if (!enabled.contains(name)) {
                if (!supported.contains(name) && !knownToGo(name)) {
                    throw new IllegalArgumentException(
                            "tlsCipherSuites '" + goName + "': unknown cipher suite");
                }
                LOG.warn("Cipher suite {} is too weak for this Java runtime; left out", goName);
                continue;
            }
            suites.add(name);
        }
        return suites;
    }

    /** Go keeps two names from before the standard's hash suffix. */
    private static String javaName(String goName) {
        return goName.endsWith("_CHACHA20_POLY1305") ? goName + "_SHA256" : goName;
    }

    /** Names Go accepts but Java has dropped altogether. */
    private static boolean knownToGo(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return name.equals(upper)
                && (upper.contains("_RC4_128_SHA")
                        || upper.contains("_3DES_EDE_CBC_SHA")
                        || upper.startsWith("TLS_RSA_WITH_AES_"));
    }

    /** A TLS socket over {@code raw}; closing it closes {@code raw}. No handshake yet. */
    SSLSocket wrap(Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) factory.createSocket(raw, null, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(parameters);
        return socket;
    }
}
