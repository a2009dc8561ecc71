package dev.caravel.kubelet.probe;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * GET on a container (contract §5.6): no keep-alive, no proxy, any certificate, at most 10 KiB of
 * the body, redirects only to the same host. The JDK's plain client is used because it blocks and
 * leaves nothing behind; the launcher allows it to set the Host header.
 */
final class HttpProbe {

    private static final int MAX_BODY = 10 << 10;
    private static final int MAX_REDIRECTS = 10;
    private static final String USER_AGENT = "kube-probe/1.37";

    private final SSLSocketFactory trusting = trusting();

    ProbeResult get(HTTPGetAction action, String host, int port, Duration timeout) {
        String scheme =
                Optional.ofNullable(action.getScheme()).orElse("HTTP").toLowerCase(Locale.ROOT);
        try {
            URI uri = uri(scheme, host, port, Optional.ofNullable(action.getPath()).orElse(""));
            return follow(uri, headers(action), timeout);
        } catch (URISyntaxException e) {
            return new ProbeResult.Unknown("the probe's path is no URL: " + e.getMessage());
        }
    }

    private static List<HTTPHeader> headers(HTTPGetAction action) {
        return action.getHttpHeaders() == null ? List.of() : action.getHttpHeaders();
    }

    private static URI uri(String scheme, String host, int port, String path)
            throws URISyntaxException {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return new URI(
                scheme
                        + "://"
                        + shown
                        + ":"
                        + port
                        + (path.startsWith("/") ? "" : "/")
                        + path.replace(" ", "%20"));
    }

    private ProbeResult follow(URI start, List<HTTPHeader> headers, Duration timeout) {
        URI at = start;
        try {
            for (int i = 0; i <= MAX_REDIRECTS; i++) {
                Answer answer = once(at, headers, timeout);
                if (answer.status >= 300 && answer.status < 400 && answer.location.isPresent()) {
                    URI next = at.resolve(answer.location.get());
                    if (next.getHost() == null || !next.getHost().equals(start.getHost())) {
                        return new ProbeResult.Warning(
                                "Probe terminated redirects, Response body: " + answer.body);
                    }
                    at = next;
                } else {
                    return judge(answer);
                }
            }
            return new ProbeResult.Failure("Get \"" + start + "\": stopped after 10 redirects");
        } catch (IOException | IllegalArgumentException e) {
            return new ProbeResult.Failure("Get \"" + at + "\": " + e.getMessage());
        }
    }

    private static ProbeResult judge(Answer answer) {
        return answer.status >= 200 && answer.status < 400
                ? new ProbeResult.Success(answer.body)
                : new ProbeResult.Failure("HTTP probe failed with statuscode: " + answer.status);
    }

    private record Answer(int status, Optional<String> location, String body) {}

    private Answer once(URI uri, List<HTTPHeader> headers, Duration timeout) throws IOException {
        URL url = uri.toURL();
        HttpURLConnection c = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        try {
            if (c instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(trusting);
                https.setHostnameVerifier((_, _) -> true);
            }
            int millis = Math.toIntExact(timeout.toMillis());
            c.setConnectTimeout(millis);
            c.setReadTimeout(millis);
            c.setInstanceFollowRedirects(false);
            c.setUseCaches(false);
            c.setRequestProperty("Connection", "close");
            c.setRequestProperty("User-Agent", USER_AGENT);
            c.setRequestProperty("Accept", "*/*");
            for (HTTPHeader h : headers) {
                c.setRequestProperty(h.getName(), h.getValue());
            }
            int status = c.getResponseCode();
            if (status < 0) {
                throw new IOException("the answer is no HTTP");
            }
            return new Answer(status, Optional.ofNullable(c.getHeaderField("Location")), body(c));
        } finally {
            c.disconnect();
        }
    }

    private static String body(HttpURLConnection c) throws IOException {
        InputStream error = c.getErrorStream();
        try (InputStream in = error == null ? c.getInputStream() : error) {
            return new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
        }
    }

    private static SSLSocketFactory trusting() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new TrustsAll()}, null);
            return tls.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no TLS", e);
        }
    }

    /** A probe asks whether the container answers, not who it is. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
