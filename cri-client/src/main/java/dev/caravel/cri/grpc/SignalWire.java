package dev.caravel.cri.grpc;

import dev.caravel.proto.cri.Signal;
import java.util.Optional;

/**
 * Stop signals on the wire: the pod API writes {@code SIGRTMIN+1} where CRI's enum says {@code
 * SIGNAL_SIGRTMINPLUS1}.
 */
final class SignalWire {
    private static final String PREFIX = "SIGNAL_";

    private SignalWire() {}

    /**
     * The signal of this name; the runtime's default, which {@code RUNTIME_DEFAULT} would name, has
     * none.
     */
    static Signal toWire(String name) {
        String constant = PREFIX + name.replace("+", "PLUS").replace("-", "MINUS");
        for (Signal signal : Signal.values()) {
            if (signal != Signal.SIGNAL_RUNTIME_DEFAULT && signal.name().equals(constant)) {
                return signal;
            }
        }
        throw new IllegalArgumentException("stop signal \"" + name + "\" is unknown");
    }

    /**
     * The name as the pod API writes it; absent for the runtime's default and for signals unknown
     * here.
     */
    static Optional<String> read(Signal signal) {
        if (signal == Signal.SIGNAL_RUNTIME_DEFAULT || signal == Signal.UNRECOGNIZED) {
            return Optional.empty();
        }
        return Optional.of(
                signal.name()
                        .substring(PREFIX.length())
                        .replace("PLUS", "+")
                        .replace("MINUS", "-"));
    }
}
