package dev.caravel.daemon.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Query parameters, decoded, in the order sent; a name may repeat. */
public record Query(List<Parameter> parameters) {
    /** One name and value; the value is empty when there was no {@code =}. */
    public record Parameter(String name, String value) {}

    /** No parameters. */
    public static final Query NONE = new Query(List.of());

    public Query {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads the part after the question mark.
     *
     * @throws IllegalArgumentException on a broken percent escape
     */
    public static Query parse(String raw) {
        if (raw.isEmpty()) {
            return NONE;
        }
        List<Parameter> found = new ArrayList<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            found.add(new Parameter(decode(name), decode(value)));
        }
        return new Query(found);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The first value of {@code name}. */
    public Optional<String> first(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                return Optional.of(parameter.value);
            }
        }
        return Optional.empty();
    }

    /** Every value of {@code name}, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                values.add(parameter.value);
            }
        }
        return values;
    }
}
