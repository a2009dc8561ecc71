package dev.caravel.kubelet.hook;

import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.http.ContainerGet;
import dev.caravel.kubelet.http.ContainerGet.Answer;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The httpGet hook: any answer is a good one, only silence is a failure. Whoever answers HTTPS with
 * plain HTTP is asked again in plain, without the secret of an Authorization header; hooks written
 * before upstream honoured {@code scheme} rely on it.
 */
final class HttpHook {
    private static final String USER_AGENT = "kube-lifecycle/1.37";
    private static final int MAX_REDIRECTS = 10;

    /** A hook takes the time it takes; who waits for it interrupts. */
    private static final Duration NO_TIMEOUT = Duration.ZERO;

    private final ContainerGet http = new ContainerGet();
    private final EventSink events;

    HttpHook(EventSink events) {
        this.events = events;
    }

    void run(HookTarget target, HTTPGetAction action) throws HookException {
        URI uri = uri(target, action);
        List<HTTPHeader> headers =
                action.getHttpHeaders() == null ? List.of() : action.getHttpHeaders();
        try {
            follow(uri, headers);
        } catch (SSLException e) {
            if (!isPlainHttp(e)) {
                throw failed(uri, e);
            }
            fallBack(target, uri, headers, e);
        } catch (IOException | IllegalArgumentException e) {
            throw failed(uri, e);
        }
    }

    private void fallBack(HookTarget target, URI uri, List<HTTPHeader> headers, SSLException first)
            throws HookException {
        List<HTTPHeader> harmless =
                headers.stream()
                        .filter(h -> !"Authorization".equalsIgnoreCase(h.getName()))
                        .toList();
        try {
            follow(URI.create("http" + uri.toString().substring("https".length())), harmless);
        } catch (IOException | IllegalArgumentException e) {
            throw failed(uri, first);
        }
        events.event(
                target.pod(),
                Optional.empty(),
                EventType.WARNING,
                "LifecycleHTTPFallback",
                "request to HTTPS lifecycle hook "
                        + uri.getAuthority()
                        + " got HTTP response, retry with HTTP succeeded");
    }

    /** Redirects to another host end the matter there: that answer will do. */
    private void follow(URI start, List<HTTPHeader> headers) throws IOException {
        URI at = start;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            Answer answer = http.send(at, headers, USER_AGENT, NO_TIMEOUT);
            if (!answer.isRedirect()) {
                return;
            }
            URI next = at.resolve(answer.location().orElseThrow());
            if (next.getHost() == null || !next.getHost().equals(start.getHost())) {
                return;
            }
            at = next;
        }
        throw new IOException("stopped after " + MAX_REDIRECTS + " redirects");
    }

    private static URI uri(HookTarget target, HTTPGetAction action) throws HookException {
        String host = action.getHost();
        if (host == null || host.isEmpty()) {
            if (target.podIps().isEmpty()) {
                throw new HookException("failed to find networking container: pod has no IP");
            }
            host = target.podIps().getFirst();
        }
        try {
            return ContainerGet.uri(
                    action.getScheme(), host, port(target, action.getPort()), action.getPath());
        } catch (URISyntaxException e) {
            throw new HookException("the path is no URL: " + e.getMessage(), e);
        }
    }

    private static int port(HookTarget target, IntOrString port) throws HookException {
        if (port == null) {
            throw new HookException("invalid port number: 0");
        }
        int number;
        if (port.getStrVal() != null) {
            Optional<ContainerPort> named =
                    target.ports().stream()
                            .filter(p -> port.getStrVal().equals(p.getName()))
                            .findFirst();
            if (named.isEmpty()) {
                throw new HookException("port \"" + port.getStrVal() + "\" not found");
            }
            number = named.get().getContainerPort();
        } else {
            number = port.getIntVal() == null ? 0 : port.getIntVal();
        }
        if (number < 1 || number > 65535) {
            throw new HookException("invalid port number: " + number);
        }
        return number;
    }

    /** What the JDK says when the first bytes are no TLS record. */
    private static boolean isPlainHttp(SSLException e) {
        return String.valueOf(e.getMessage()).contains("Unsupported or unrecognized SSL message");
    }

    private static HookException failed(URI uri, Exception e) {
        return new HookException("Get \"" + uri + "\": " + e.getMessage(), e);
    }
}
