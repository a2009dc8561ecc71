package dev.caravel.csi;

/**
 * A driver refused a call or did not answer. The message is the one people know from the Go
 * kubelet: {@code rpc error: code = Internal desc = …}.
 */
public final class CsiException extends Exception {
    private final String code;
    private final boolean uncertain;

    /**
     * @param code gRPC's name in Go's spelling, e.g. {@code DeadlineExceeded}
     * @param uncertain whether the driver may have done, or still be doing, what was asked; then
     *     the opposite call must be made before the volume is forgotten
     */
    public CsiException(String code, String description, boolean uncertain, Throwable cause) {
        super("rpc error: code = " + code + " desc = " + description, cause);
        this.code = code;
        this.uncertain = uncertain;
    }

    public String code() {
        return code;
    }

    /** Whether the state of the volume is unknown now (kubelet.md §7.4). */
    public boolean uncertain() {
        return uncertain;
    }
}
