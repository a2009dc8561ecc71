package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.http.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ports a client wants forwarded. SPDY names them in its streams; a plain WebSocket has to name
 * them in the query (contract §3).
 */
final class ForwardedPorts {

    private static final String QUERY = "query parameter \"port\" ";

    private ForwardedPorts() {}

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException with the text to answer
     */
    static List<Integer> of(HttpHeaders headers, Query query) {
        boolean webSocket =
                headers.first("Upgrade").orElse("").toLowerCase(Locale.ROOT).equals("websocket");
        if (!webSocket || tunnelled(headers)) {
            return List.of();
        }
        List<String> given = query.all("port");
        if (given.isEmpty()) {
            throw new IllegalArgumentException(QUERY + "is required");
        }
        List<Integer> ports = new ArrayList<>();
        for (String list : given) {
            if (list.isEmpty()) {
                throw new IllegalArgumentException(QUERY + "cannot be empty");
            }
            for (String port : list.split(",", -1)) {
                ports.add(port(port, list));
            }
        }
        return ports;
    }

    private static boolean tunnelled(HttpHeaders headers) {
        return headers.all("Sec-WebSocket-Protocol").stream()
                .anyMatch(p -> p.contains("SPDY/3.1+portforward.k8s.io"));
    }

    private static int port(String text, String list) {
        int port;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "unable to parse \"" + list + "\" as a port: \"" + text + "\" is no number", e);
        }
        if (port > 65535) {
            throw new IllegalArgumentException(
                    "unable to parse \"" + list + "\" as a port: value out of range");
        }
        if (port < 1) {
            throw new IllegalArgumentException("port \"" + list + "\" must be > 0");
        }
        return port;
    }
}
