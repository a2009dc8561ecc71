package dev.caravel.daemon.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the handler of a path: an exact path first, then the longest registered prefix.
 *
 * @param routes as registered
 */
public record Routes(List<Route> routes) implements HttpHandler {
    /**
     * One registered path.
     *
     * @param path exact, or a prefix when it ends with {@code /}
     */
    public record Route(String path, HttpHandler handler) {
        private boolean matches(String requested) {
            return path.endsWith("/") ? requested.startsWith(path) : requested.equals(path);
        }
    }

    public Routes {
        routes = new ArrayList<>(routes);
        routes.sort(Comparator.comparingInt((Route route) -> route.path.length()).reversed());
        routes = List.copyOf(routes);
    }

    /** No routes yet. */
    public static Routes none() {
        return new Routes(List.of());
    }

    /** These routes and one more. */
    public Routes with(String path, HttpHandler handler) {
        List<Route> more = new ArrayList<>(routes);
        more.add(new Route(path, handler));
        return new Routes(more);
    }

    /** The route that serves {@code path}. */
    public Optional<Route> find(String path) {
        for (Route route : routes) {
            if (route.matches(path)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /** Passes on to the route, or answers 404 in Go's words. */
    @Override
    public void handle(HttpExchange exchange) throws Exception {
        Optional<Route> route = find(exchange.path());
        if (route.isPresent()) {
            route.get().handler.handle(exchange);
        } else {
            exchange.respondText(404, "404 page not found\n");
        }
    }
}
