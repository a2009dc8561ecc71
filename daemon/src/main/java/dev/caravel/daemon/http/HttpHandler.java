package dev.caravel.daemon.http;

/**
 * Answers one HTTP request in blocking style, on the virtual thread of its connection.
 *
 * <p>An exception before the response has begun becomes a 500 with no detail, later it aborts the
 * connection; the server logs both once.
 */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Reads what it needs from {@code exchange} and answers it exactly once.
     *
     * @throws Exception whatever went wrong; see above
     */
    void handle(HttpExchange exchange) throws Exception;
}
