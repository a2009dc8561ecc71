package dev.caravel.kubelet.spec;

/**
 * A container cannot be configured as its pod asks: an object is missing, or the pod asks for
 * something this node must refuse. The message stands alone in the container's waiting state.
 */
public final class ContainerConfigException extends Exception {
    /** The waiting reason of such a container. */
    public static final String REASON = "CreateContainerConfigError";

    public ContainerConfigException(String message) {
        super(message);
    }

    public ContainerConfigException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The waiting reason; always {@link #REASON}. */
    public String reason() {
        return REASON;
    }

    /** What is wrong, in a sentence for people. */
    public String message() {
        return String.valueOf(getMessage());
    }
}
