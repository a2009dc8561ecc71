package dev.caravel.daemon.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * The way to one API server with one identity. Stays the same object for the life of the daemon;
 * the connections below are exchanged when certificates rotate or a connection is found dead.
 */
public interface ApiClient extends AutoCloseable {
    /** The typed client, for calls where convenience counts. */
    KubernetesClient kubernetes();

    /** One HTTP call each, for hot paths and subresources. */
    ApiRequests requests();

    /** Starts a watch on its own virtual thread. */
    <T extends HasMetadata, R> Watched<R> watch(
            WatchSpec<T, R> spec, WatchListener<? super R> listener);

    /** Drops all connections; running calls fail and the next ones connect anew. */
    void reconnect(String why);

    @Override
    void close();
}
