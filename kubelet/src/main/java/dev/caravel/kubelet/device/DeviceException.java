package dev.caravel.kubelet.device;

/** Devices could not be had; the message says of which resource and why. */
public final class DeviceException extends Exception {

    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What is told to people. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
