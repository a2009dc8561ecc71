package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.Routes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Paths as the Go kubelet's router takes them, so that clients see the same answers: a service
 * answers with and without a trailing slash, a folder without one is redirected to.
 */
final class GoPaths {

    private GoPaths() {}

    /** A handler at {@code path} and at {@code path/}; nothing below. */
    static Routes service(Routes routes, String path, HttpHandler handler) {
        return routes.with(path, handler)
                .with(
                        path + "/",
                        x -> {
                            if (x.path().equals(path + "/")) {
                                handler.handle(x);
                            } else {
                                notFound(x);
                            }
                        });
    }

    /** A handler for all of {@code folder}, which ends with a slash; without one, a redirect. */
    static Routes folder(Routes routes, String folder, HttpHandler handler) {
        return routes.with(folder, handler)
                .with(folder.substring(0, folder.length() - 1), x -> redirect(x, folder));
    }

    /** A handler for the paths below {@code folder} with so many segments behind its name. */
    static Routes below(Routes routes, String folder, Set<Integer> segments, HttpHandler handler) {
        return routes.with(folder.substring(0, folder.length() - 1), GoPaths::notFound)
                .with(folder, with(segments, handler));
    }

    /** The handler for paths with so many segments behind the first; 404 for others. */
    static HttpHandler with(Set<Integer> segments, HttpHandler handler) {
        return x -> {
            if (segments.contains(segments(x).size() - 1)) {
                handler.handle(x);
            } else {
                notFound(x);
            }
        };
    }

    /** The segments of a path; one slash at the end means nothing. */
    static List<String> segments(HttpExchange x) {
        List<String> parts = new ArrayList<>(List.of(x.path().substring(1).split("/", -1)));
        if (parts.size() > 1 && parts.getLast().isEmpty()) {
            parts.removeLast();
        }
        return parts;
    }

    /** What the Go kubelet's router says. */
    static void notFound(HttpExchange x) throws IOException {
        x.respondText(404, "404: Page Not Found");
    }

    private static void redirect(HttpExchange x, String folder) throws IOException {
        int query = x.rawTarget().indexOf('?');
        String target = folder + (query < 0 ? "" : x.rawTarget().substring(query));
        x.addHeader("Location", target);
        String page =
                x.method().equals("GET")
                        ? "<a href=\"" + folder + "\">Temporary Redirect</a>.\n\n"
                        : "";
        x.respond(307, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }
}
