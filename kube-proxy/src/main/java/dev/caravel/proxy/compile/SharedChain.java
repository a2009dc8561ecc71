package dev.caravel.proxy.compile;

import java.util.Optional;

/**
 * A chain that serves every service with the same numbers of endpoints. Its name says all about it.
 *
 * @param nodePort whether it is reached by node port, else by service address
 * @param cluster number of endpoints in the cluster list
 * @param local number of endpoints in the node's own list
 */
public record SharedChain(Kind kind, boolean nodePort, int cluster, int local) {
    /** What it does with a packet. */
    public enum Kind {
        /** Picks one of the cluster list. */
        PICK("pick"),
        /** Picks one of the node's own list. */
        LOCAL_PICK("local-pick"),
        /** Marks for masquerading, then picks one of the cluster list. */
        EXTERNAL("external"),
        /** Keeps the source address and picks one of the node's own, with short cuts. */
        EXTERNAL_LOCAL("external-local");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    private static final String NODEPORT = "nodeport-";

    static SharedChain pick(boolean nodePort, int endpoints) {
        return new SharedChain(Kind.PICK, nodePort, endpoints, 0);
    }

    static SharedChain localPick(boolean nodePort, int endpoints) {
        return new SharedChain(Kind.LOCAL_PICK, nodePort, 0, endpoints);
    }

    static SharedChain external(boolean nodePort, int endpoints) {
        return new SharedChain(Kind.EXTERNAL, nodePort, endpoints, 0);
    }

    static SharedChain externalLocal(boolean nodePort, int cluster, int local) {
        return new SharedChain(Kind.EXTERNAL_LOCAL, nodePort, cluster, local);
    }

    /** Its name, for example {@code nodeport-external-local-3-1}. */
    public String name() {
        String numbers =
                switch (kind) {
                    case PICK, EXTERNAL -> Integer.toString(cluster);
                    case LOCAL_PICK -> Integer.toString(local);
                    case EXTERNAL_LOCAL -> cluster + "-" + local;
                };
        return (nodePort ? NODEPORT : "") + kind.prefix + "-" + numbers;
    }

    /** The chain of that name; empty when it is none of these. */
    public static Optional<SharedChain> parse(String name) {
        boolean nodePort = name.startsWith(NODEPORT);
        String rest = nodePort ? name.substring(NODEPORT.length()) : name;
        for (Kind kind : Kind.values()) {
            String numbers =
                    rest.startsWith(kind.prefix + "-")
                            ? rest.substring(kind.prefix.length() + 1)
                            : "";
            if (numbers.isEmpty() || numbers.length() > 11) {
                continue;
            }
            int dash = numbers.indexOf('-');
            int first = number(dash < 0 ? numbers : numbers.substring(0, dash));
            int second = dash < 0 ? 0 : number(numbers.substring(dash + 1));
            if (first < 0 || second < 0 || (dash >= 0) != (kind == Kind.EXTERNAL_LOCAL)) {
                continue;
            }
            return Optional.of(
                    kind == Kind.LOCAL_PICK
                            ? localPick(nodePort, first)
                            : new SharedChain(kind, nodePort, first, second));
        }
        return Optional.empty();
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 6) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    @Override
    public String toString() {
        return name();
    }
}
