package dev.caravel.kubelet.objects;

/**
 * An object a pod refers to could not be read: it may exist, but the API server did not say. The
 * message stands alone in the pod's status.
 */
public final class ObjectUnavailableException extends Exception {
    public ObjectUnavailableException(String message) {
        super(message);
    }

    public ObjectUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
