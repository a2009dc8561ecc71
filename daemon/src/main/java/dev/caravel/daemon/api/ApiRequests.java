package dev.caravel.daemon.api;

import java.io.IOException;

/**
 * Single HTTP calls to the API server by exact path: no discovery, no GET before a PATCH, no
 * retries. Every method blocks, throws {@link ApiException} when the server refuses and another
 * {@link IOException} when it could not be reached in time.
 */
public interface ApiRequests {
    /** Reads an object, or a list with its query in {@code path}. */
    <T> T get(Class<T> type, String path) throws IOException, InterruptedException;

    /** Posts {@code body} (an API model object) to a collection or subresource. */
    <T> T create(Class<T> type, String path, Object body) throws IOException, InterruptedException;

    /** Replaces an object. */
    <T> T update(Class<T> type, String path, Object body) throws IOException, InterruptedException;

    /**
     * Patches an object or a subresource with a JSON text.
     *
     * @param path for example {@code /api/v1/nodes/n1/status}
     */
    <T> T patch(Class<T> type, String path, PatchType patchType, String json)
            throws IOException, InterruptedException;

    /**
     * Deletes an object.
     *
     * @param optionsJson a {@code DeleteOptions} object, or empty for none
     */
    void delete(String path, String optionsJson) throws IOException, InterruptedException;

    /** Reads a path as text, for example {@code /readyz}. */
    String raw(String path) throws IOException, InterruptedException;
}
