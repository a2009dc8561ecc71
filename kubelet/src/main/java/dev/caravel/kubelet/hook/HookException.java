package dev.caravel.kubelet.hook;

/** A hook failed; the message is what upstream calls its error. */
final class HookException extends Exception {
    HookException(String message) {
        super(message);
    }

    HookException(String message, Throwable cause) {
        super(message, cause);
    }
}
