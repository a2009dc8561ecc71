package dev.caravel.cri;

/** One port of the pod; {@code hostPort} is 0 and {@code hostIp} empty when not asked for. */
public record PortMapping(Protocol protocol, int containerPort, int hostPort, String hostIp) {

    /** Transport protocol of the port. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }
}
