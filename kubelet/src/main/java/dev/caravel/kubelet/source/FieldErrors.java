package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers all problems of one pod, so that its author sees them together. */
final class FieldErrors {
    /** A pod with more problems than this is not worth a longer message. */
    private static final int MOST = 20;

    private final List<FieldError> errors = new ArrayList<>();

    void add(String path, String problem) {
        if (errors.size() < MOST) {
            errors.add(new FieldError(path, problem));
        }
    }

    void check(boolean valid, String path, String problem) {
        if (!valid) {
            add(path, problem);
        }
    }

    void required(@Nullable String value, String path) {
        check(value != null && !value.isEmpty(), path, "is required");
    }

    void oneOf(@Nullable String value, Collection<String> allowed, String path) {
        if (value != null && !allowed.contains(value)) {
            add(path, "is '" + value + "', must be one of " + String.join(", ", allowed));
        }
    }

    void atLeast(@Nullable Number value, long least, String path) {
        if (value != null && value.longValue() < least) {
            add(path, "is " + value + ", must be at least " + least);
        }
    }

    void port(@Nullable Integer value, String path) {
        if (value != null && (value < 1 || value > 65535)) {
            add(path, "is " + value + ", must be between 1 and 65535");
        }
    }

    void label(@Nullable String value, String path) {
        check(
                Rfc1123.isLabel(value),
                path,
                "is '"
                        + value
                        + "', must be at most 63 lower case letters, digits and inner hyphens");
    }

    /** An amount that is one and not negative; what is no amount must not be computed with. */
    boolean amount(@Nullable Quantity amount, String path) {
        Optional<dev.caravel.config.Quantity> read =
                amount == null
                        ? Optional.empty()
                        : dev.caravel.config.Quantity.parse(amount.toString());
        check(read.isPresent(), path, "is '" + amount + "', must be an amount such as 500m or 1Gi");
        check(read.isEmpty() || read.get().signum() >= 0, path, "must not be negative");
        return read.isPresent();
    }

    List<FieldError> all() {
        return List.copyOf(errors);
    }
}
