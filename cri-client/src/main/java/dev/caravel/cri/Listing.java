package dev.caravel.cri;

import java.util.List;

/**
 * What the runtime listed: what could be read, and beside it what could not. One broken object must
 * not hide the others, and a caller must be able to tell "gone" from "unreadable".
 */
public record Listing<T>(List<T> items, List<Unusable> unusable) {
    public Listing {
        items = List.copyOf(items);
        unusable = List.copyOf(unusable);
    }

    public static <T> Listing<T> of(List<T> items) {
        return new Listing<>(items, List.of());
    }

    /** One entry that could not be read; {@code id} is empty when even that was missing. */
    public record Unusable(String id, String problem) {}
}
