package dev.caravel.kubelet.env;

/** A field or resource that the downward API does not know, or not for this pod. */
public final class DownwardFieldException extends Exception {
    public DownwardFieldException(String message) {
        super(message);
    }
}
