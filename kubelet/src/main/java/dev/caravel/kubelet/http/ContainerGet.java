package dev.caravel.kubelet.http;

import io.fabric8.kubernetes.api.model.HTTPHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One GET without following redirects. The JDK's plain client is used because it blocks and leaves
 * nothing behind; on a virtual thread an interrupt ends it. The launcher allows it to set the Host
 * header.
 */
public final class ContainerGet {
    private static final int MAX_BODY = 10 << 10;

    private final SSLSocketFactory trusting = TrustingTls.sockets();

    /**
     * An answer.
     *
     * @param location where a redirect points
     * @param body its first 10 KiB as text
     */
    public record Answer(int status, Optional<String> location, String body) {
        /** Whether it sends the client elsewhere. */
        public boolean isRedirect() {
            return status >= 300 && status < 400 && location.isPresent();
        }
    }

    /**
     * The address of something in a container.
     *
     * @param scheme as in the pod's spec, HTTP if null
     * @param path with query, if any
     */
    public static URI uri(@Nullable String scheme, String host, int port, @Nullable String path)
            throws URISyntaxException {
        String given = path == null ? "" : path;
        return new URI(
                (scheme == null ? "http" : scheme.toLowerCase(Locale.ROOT))
                        + "://"
                        + (host.contains(":") ? "[" + host + "]" : host)
                        + ":"
                        + port
                        + (given.startsWith("/") ? "" : "/")
                        + given.replace(" ", "%20"));
    }

    /**
     * Asks and waits for the answer.
     *
     * @param userAgent sent unless {@code headers} say otherwise, as is an Accept header for
     *     everything
     * @param timeout for connecting and for each read, zero for none
     * @throws IOException when there is no answer, or none that is HTTP
     */
    public Answer send(URI uri, List<HTTPHeader> headers, String userAgent, Duration timeout)
            throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        try {
            if (connection instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(trusting);
                https.setHostnameVerifier((_, _) -> true);
            }
            int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
            connection.setConnectTimeout(millis);
            connection.setReadTimeout(millis);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Connection", "close");
            connection.setRequestProperty("User-Agent", userAgent);
            connection.setRequestProperty("Accept", "*/*");
            for (HTTPHeader header : headers) {
                connection.setRequestProperty(header.getName(), header.getValue());
            }
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new IOException("the answer is no HTTP");
            }
            return new Answer(
                    status,
                    Optional.ofNullable(connection.getHeaderField("Location")),
                    body(connection));
        } finally {
            connection.disconnect();
        }
    }

    private static String body(HttpURLConnection connection) throws IOException {
        InputStream error = connection.getErrorStream();
        if (error == null && connection.getResponseCode() >= 400) {
            return "";
        }
        try (InputStream in = error == null ? connection.getInputStream() : error) {
            return new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
        }
    }
}
