package dev.caravel.daemon.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The header fields of a message in the order received; names compare without regard to case. */
public record HttpHeaders(List<Field> fields) {
    /** One header line. */
    public record Field(String name, String value) {}

    /** No headers. */
    public static final HttpHeaders NONE = new HttpHeaders(List.of());

    public HttpHeaders {
        fields = List.copyOf(fields);
    }

    /** The first value of {@code name}. */
    public Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /** Every value of {@code name}, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                values.add(field.value);
            }
        }
        return values;
    }

    /** True when a comma separated list header such as {@code Connection} holds {@code token}. */
    public boolean hasToken(String name, String token) {
        for (String value : all(name)) {
            for (String part : value.split(",", -1)) {
                if (part.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }
}
