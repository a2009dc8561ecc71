package dev.caravel.cri.grpc;

import dev.caravel.cri.Listing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Checks on what a runtime answers. A runtime may be broken, or newer than this client: what cannot
 * be used must be named and must not spoil what can.
 */
final class Answer {
    /**
     * {@code time.Time{}.UnixNano()}: what a Go runtime sends for "never" when it forgets to check.
     */
    private static final long GO_ZERO_TIME = -6795364578871345152L;

    private static final int LONGEST_ID = 1024;

    private Answer() {}

    /** An answer, or one entry of it, that cannot be used; the message says which field and why. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String problem) {
            super(problem, null, false, false);
        }
    }

    /**
     * An id: ids become parts of file names, so one with a slash or control character is refused.
     */
    static String id(String field, String id) {
        if (id.isEmpty()) {
            throw new Unusable(field + " is empty");
        }
        if (id.length() > LONGEST_ID) {
            throw new Unusable(field + " has " + id.length() + " characters");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c == '/' || Character.isISOControl(c)) {
                throw new Unusable(
                        "%s holds the character U+%04X at %d".formatted(field, (int) c, i));
            }
        }
        return id;
    }

    static String present(String field, String value) {
        if (value.isEmpty()) {
            throw new Unusable(field + " is empty");
        }
        return value;
    }

    /** An unsigned count that has to fit a Java int. */
    static int count(String field, int value) {
        if (value < 0) {
            throw new Unusable(field + " is " + Integer.toUnsignedString(value));
        }
        return value;
    }

    /** A time that may be zero when the runtime does not say. */
    static Instant time(String field, long nanos) {
        if (nanos < 0) {
            throw new Unusable(field + " is " + nanos + " ns since 1970");
        }
        return instant(nanos);
    }

    /** A time every object has. */
    static Instant knownTime(String field, long nanos) {
        if (nanos == 0) {
            throw new Unusable(field + " is not set");
        }
        return time(field, nanos);
    }

    /** A time that is zero until something happens. */
    static Optional<Instant> timeIfSet(String field, long nanos) {
        return nanos == 0 || nanos == GO_ZERO_TIME
                ? Optional.empty()
                : Optional.of(time(field, nanos));
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000);
    }

    /**
     * An unsigned 64-bit number; beyond {@code Long.MAX_VALUE} ("no limit" in cgroup files) it
     * stops there.
     */
    static long unsigned(long value) {
        return value < 0 ? Long.MAX_VALUE : value;
    }

    static OptionalLong unsigned(boolean present, dev.caravel.proto.cri.UInt64Value value) {
        return present ? OptionalLong.of(unsigned(value.getValue())) : OptionalLong.empty();
    }

    /** Reads a list entry by entry; what cannot be read is set aside for the caller to tell. */
    static <W, R> Listing<R> listing(List<W> entries, Function<W, String> id, Function<W, R> read) {
        var items = new ArrayList<R>(entries.size());
        var unusable = new ArrayList<Listing.Unusable>();
        for (W entry : entries) {
            try {
                items.add(read.apply(entry));
            } catch (Unusable e) {
                unusable.add(new Listing.Unusable(id.apply(entry), String.valueOf(e.getMessage())));
            }
        }
        return new Listing<>(items, unusable);
    }
}
