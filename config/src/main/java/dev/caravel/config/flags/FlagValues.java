package dev.caravel.config.flags;

import dev.caravel.config.GoDuration;
import dev.caravel.config.GoNumbers;
import dev.caravel.config.IpAddress;
import dev.caravel.config.Origin;
import dev.caravel.config.Quantity;
import dev.caravel.config.tree.Node;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of a flag into the value a configuration file would hold, so that flags are laid
 * over files and decoded by the same code.
 */
final class FlagValues {

    private final @Nullable Node before;
    private final Origin origin;

    private FlagValues(@Nullable Node before, Origin origin) {
        this.before = before;
        this.origin = origin;
    }

    /**
     * The value after {@code text} was given, or empty when the text leaves everything as it is.
     *
     * @param before the value an earlier use of the same flag gave
     */
    static Optional<Node> parse(FlagKind kind, String text, @Nullable Node before, Origin origin)
            throws FlagValueException {
        FlagValues values = new FlagValues(before, origin);
        return switch (kind) {
            case STRING -> Optional.of(values.text(text));
            case BOOL -> Optional.of(new Node.Bool(bool(text), origin));
            case INT32 -> Optional.of(values.whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> Optional.of(values.whole(text, Long.MIN_VALUE, Long.MAX_VALUE));
            case LEVEL -> Optional.of(values.level(text));
            case FLOAT -> Optional.of(values.number(text));
            case DURATION -> Optional.of(values.duration(text));
            case LIST -> Optional.of(values.list(text));
            case MAP -> Optional.of(values.map(text.split(",", -1), '=', "name=value"));
            case SINGLE_MAP -> Optional.of(values.map(new String[] {text}, '=', "name=value"));
            case THRESHOLDS -> Optional.of(values.map(text.split(",", -1), '<', "signal<amount"));
            case HEADERS -> Optional.of(values.headers(text));
            case BOOL_MAP -> Optional.of(values.boolMap(text));
            case LABELS -> Optional.of(values.labels(text));
            case IP -> values.ip(text);
            case IP_PORT -> values.ipPort(text);
            case TAINTS -> Optional.of(values.taints(text));
            case RESERVED_MEMORY -> Optional.of(values.reservedMemory(text));
            case QUANTITY -> Optional.of(values.quantity(text));
            case VMODULE -> Optional.of(values.vmodule(text));
            case VERSION -> Optional.of(values.version(text));
        };
    }

    private Node text(String text) {
        return new Node.Text(text, origin);
    }

    private static boolean bool(String text) throws FlagValueException {
        return GoNumbers.bool(text)
                .orElseThrow(() -> new FlagValueException("must be true or false"));
    }

    private Node whole(String text, long least, long most) throws FlagValueException {
        Optional<BigInteger> value = GoNumbers.whole(text);
        boolean fits =
                value.isPresent()
                        && value.get().compareTo(BigInteger.valueOf(least)) >= 0
                        && value.get().compareTo(BigInteger.valueOf(most)) <= 0;
        if (!fits) {
            throw new FlagValueException("must be a whole number from " + least + " to " + most);
        }
        return new Node.Num(new BigDecimal(value.get()), origin);
    }

    private Node level(String text) throws FlagValueException {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw new FlagValueException("must be a whole number from 0 to " + Integer.MAX_VALUE);
        }
        String decimal = text.replaceFirst("^0+(?=.)", "");
        return whole(decimal, 0, Integer.MAX_VALUE);
    }

    private Node number(String text) throws FlagValueException {
        try {
            return new Node.Num(BigDecimal.valueOf(Double.parseDouble(text)), origin);
        } catch (NumberFormatException notANumber) {
            throw new FlagValueException("must be a number");
        }
    }

    private Node duration(String text) throws FlagValueException {
        if (GoDuration.parse(text).isEmpty()) {
            throw new FlagValueException("must be a duration such as 1m30s, 500ms or 0s");
        }
        return text(text);
    }

    private Node quantity(String text) throws FlagValueException {
        if (Quantity.parse(text).isEmpty()) {
            throw new FlagValueException("must be an amount such as 512, 4Ki or 1M");
        }
        return text(text);
    }

    private Node version(String text) throws FlagValueException {
        if (text.equals("raw") || text.startsWith("v")) {
            return text(text);
        }
        return text(Boolean.toString(bool(text)));
    }

    private Node list(String text) throws FlagValueException {
        List<Node> items = itemsBefore();
        for (String item : CommaList.read(text)) {
            items.add(text(item));
        }
        return new Node.Items(items, origin);
    }

    private Node map(String[] pairs, char separator, String shape) throws FlagValueException {
        Map<String, Node> entries = entriesBefore();
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            int at = pair.indexOf(separator);
            if (at < 0) {
                throw new FlagValueException(
                        "must be a list of " + shape + ", " + quoted(pair) + " is not");
            }
            entries.put(pair.substring(0, at).strip(), text(pair.substring(at + 1).strip()));
        }
        return new Node.Fields(entries, origin);
    }

    private Node headers(String text) throws FlagValueException {
        Map<String, Node> headers = entriesBefore();
        for (String pair : text.split(",", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw new FlagValueException(
                        "must be a list of name:value, " + quoted(pair) + " is not");
            }
            String name = pair.substring(0, colon).strip();
            List<Node> values = new ArrayList<>();
            if (headers.get(name) instanceof Node.Items old) {
                values.addAll(old.items());
            }
            values.add(text(pair.substring(colon + 1).strip()));
            headers.put(name, new Node.Items(values, origin));
        }
        return new Node.Fields(headers, origin);
    }

    private Node boolMap(String text) throws FlagValueException {
        Map<String, Node> entries = entriesBefore();
        for (String pair : text.split(",", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int at = pair.indexOf('=');
            Optional<Boolean> value = GoNumbers.bool(pair.substring(at + 1).strip());
            if (at < 0 || value.isEmpty()) {
                throw new FlagValueException(
                        "must be a list of name=true or name=false, " + quoted(pair) + " is not");
            }
            entries.put(pair.substring(0, at).strip(), new Node.Bool(value.get(), origin));
        }
        return new Node.Fields(entries, origin);
    }

    private Node labels(String text) {
        Map<String, Node> labels = entriesBefore();
        for (String pair : text.split(",", -1)) {
            if (!pair.isEmpty()) {
                int at = pair.indexOf('=');
                String name = at < 0 ? pair : pair.substring(0, at);
                labels.put(name.strip(), text(at < 0 ? "" : pair.substring(at + 1).strip()));
            }
        }
        return new Node.Fields(labels, origin);
    }

    private Optional<Node> ip(String text) throws FlagValueException {
        if (!text.isEmpty() && IpAddress.parse(text).isEmpty()) {
            throw new FlagValueException("must be an IP address");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text(text));
    }

    private Optional<Node> ipPort(String text) throws FlagValueException {
        boolean valid =
                text.isEmpty()
                        || IpAddress.parse(text).isPresent()
                        || IpAddress.HostPort.split(text)
                                .filter(pair -> IpAddress.parse(pair.host()).isPresent())
                                .filter(pair -> isPort(pair.port()))
                                .isPresent();
        if (!valid) {
            throw new FlagValueException("must be an IP address, with or without :port");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text(text));
    }

    private static boolean isPort(String text) {
        return GoNumbers.whole(text)
                .filter(port -> port.signum() >= 0 && port.bitLength() <= 16)
                .isPresent();
    }

    private Node taints(String text) throws FlagValueException {
        List<Node> taints = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String taint : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            // A trailing dash removes a taint elsewhere; at registration there is none to remove.
            if (taint.endsWith("-")) {
                continue;
            }
            int colon = taint.lastIndexOf(':');
            int equals = taint.indexOf('=');
            if (colon <= 0 || equals > colon || taint.indexOf(':') != colon) {
                throw new FlagValueException(
                        "must be a list of key=value:effect, " + quoted(taint) + " is not");
            }
            String key = taint.substring(0, equals < 0 ? colon : equals);
            if (!seen.add(key + taint.substring(colon))) {
                throw new FlagValueException(
                        "must not hold a key with the same effect twice, "
                                + quoted(taint)
                                + " does");
            }
            Map<String, Node> fields = new LinkedHashMap<>();
            fields.put("key", text(key));
            fields.put("value", text(equals < 0 ? "" : taint.substring(equals + 1, colon)));
            fields.put("effect", text(taint.substring(colon + 1)));
            taints.add(new Node.Fields(fields, origin));
        }
        return new Node.Items(taints, origin);
    }

    private Node reservedMemory(String text) throws FlagValueException {
        List<Node> reservations = itemsBefore();
        for (String reservation : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            int colon = reservation.indexOf(':');
            if (colon < 0) {
                throw new FlagValueException(
                        "must be node:kind=amount,..., " + quoted(reservation) + " is not");
            }
            Map<String, Node> fields = new LinkedHashMap<>();
            fields.put("numaNode", whole(reservation.substring(0, colon), 0, Integer.MAX_VALUE));
            String[] limits = reservation.substring(colon + 1).split(",", -1);
            fields.put("limits", new FlagValues(null, origin).map(limits, '=', "kind=amount"));
            reservations.add(new Node.Fields(fields, origin));
        }
        return new Node.Items(reservations, origin);
    }

    private Node vmodule(String text) throws FlagValueException {
        List<Node> items = itemsBefore();
        for (String pair : text.split(",", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int at = pair.indexOf('=');
            if (at <= 0 || at != pair.lastIndexOf('=')) {
                throw new FlagValueException(
                        "must be a list of file=level, " + quoted(pair) + " is not");
            }
            Map<String, Node> fields = new LinkedHashMap<>();
            fields.put("filePattern", text(pair.substring(0, at)));
            fields.put("verbosity", level(pair.substring(at + 1)));
            items.add(new Node.Fields(fields, origin));
        }
        return new Node.Items(items, origin);
    }

    private List<Node> itemsBefore() {
        return before instanceof Node.Items list
                ? new ArrayList<>(list.items())
                : new ArrayList<>();
    }

    private Map<String, Node> entriesBefore() {
        return before instanceof Node.Fields map
                ? new LinkedHashMap<>(map.fields())
                : new LinkedHashMap<>();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
