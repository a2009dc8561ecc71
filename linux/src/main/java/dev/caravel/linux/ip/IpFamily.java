package dev.caravel.linux.ip;

/** The two address families a service network can have. */
public enum IpFamily {
    IPV4("IPv4", 2, 4),
    IPV6("IPv6", 10, 16);

    private final String label;
    private final int number;
    private final int addressBytes;

    IpFamily(String label, int number, int addressBytes) {
        this.label = label;
        this.number = number;
        this.addressBytes = addressBytes;
    }

    /** {@code IPv4} or {@code IPv6}, as in API objects, metric labels and log lines. */
    public String label() {
        return label;
    }

    /** {@code AF_INET} or {@code AF_INET6}, as the kernel counts. */
    public int number() {
        return number;
    }

    /** Length of an address in bytes. */
    public int addressBytes() {
        return addressBytes;
    }

    /** Length of an address in bits. */
    public int addressBits() {
        return addressBytes * 8;
    }

    /** The other family. */
    public IpFamily other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    @Override
    public String toString() {
        return label;
    }
}
