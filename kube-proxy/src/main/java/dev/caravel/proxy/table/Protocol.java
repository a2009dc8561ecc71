package dev.caravel.proxy.table;

import java.util.Locale;
import java.util.Optional;

/** The protocols a Service port can have. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;
    private final String lowerCase;

    Protocol(int number) {
        this.number = number;
        this.lowerCase = name().toLowerCase(Locale.ROOT);
    }

    /** The number in IP headers. */
    public int number() {
        return number;
    }

    /** {@code tcp}, {@code udp}, {@code sctp}. */
    public String lowerCase() {
        return lowerCase;
    }

    /** The protocol of an API object; empty for one this version does not know. */
    public static Optional<Protocol> of(String name) {
        return switch (name) {
            case "TCP", "" -> Optional.of(TCP);
            case "UDP" -> Optional.of(UDP);
            case "SCTP" -> Optional.of(SCTP);
            default -> Optional.empty();
        };
    }
}
