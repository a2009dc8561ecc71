package dev.caravel.proxy.watch;

/** Told what of an object cannot be used; the rest of it is used. */
@FunctionalInterface
public interface Complaints {
    /**
     * Something is wrong with an object.
     *
     * @param kind {@code Service} or {@code EndpointSlice}
     * @param message what is wrong and what is done about it
     */
    void about(String kind, String namespace, String name, String message);
}
