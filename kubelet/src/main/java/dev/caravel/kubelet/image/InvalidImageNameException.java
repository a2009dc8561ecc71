package dev.caravel.kubelet.image;

/** A text is no image name; the message says why. */
final class InvalidImageNameException extends Exception {
    InvalidImageNameException(String message) {
        super(message);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
