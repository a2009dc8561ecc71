package dev.caravel.kubelet.network;

/** A pod's host name, subdomain or both cannot be used; the message says which and why. */
public final class InvalidHostnameException extends Exception {
    public InvalidHostnameException(String message) {
        super(message);
    }
}
