package dev.caravel.kubelet.gc;

import dev.caravel.cri.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of the images on the node, and which of them may go (contract §4.11). Immutable and
 * pure; {@link ImageCollector} looks and removes.
 *
 * @param byId the images that are there
 */
record ImageRecords(Map<String, Seen> byId) {

    static final ImageRecords NONE = new ImageRecords(Map.of());

    /**
     * One image.
     *
     * @param firstSeen when it was first there
     * @param lastUsed when a container last used it; {@link Instant#MIN} for never
     * @param inUse whether one does now
     */
    record Seen(
            String id,
            Instant firstSeen,
            Instant lastUsed,
            boolean inUse,
            long sizeBytes,
            boolean pinned) {

        /** From when its disuse counts: one that was just pulled is about to be used. */
        private Instant idleSince() {
            return lastUsed.isAfter(firstSeen) ? lastUsed : firstSeen;
        }
    }

    ImageRecords {
        byId = Map.copyOf(byId);
    }

    /**
     * The picture after a look.
     *
     * @param used IDs of the images that containers use, whether they run or not
     */
    ImageRecords look(List<Image> images, Set<String> used, Instant now) {
        Map<String, Seen> next = new HashMap<>();
        for (Image image : images) {
            Seen before = byId.get(image.id());
            boolean inUse = used.contains(image.id());
            next.put(
                    image.id(),
                    new Seen(
                            image.id(),
                            before == null ? now : before.firstSeen,
                            inUse ? now : before == null ? Instant.MIN : before.lastUsed,
                            inUse,
                            image.sizeBytes(),
                            image.pinned()));
        }
        return new ImageRecords(next);
    }

    /** Without those that were removed. */
    ImageRecords only(Set<String> left) {
        Map<String, Seen> next = new HashMap<>(byId);
        next.keySet().retainAll(left);
        return new ImageRecords(next);
    }

    /** What may go at all, the longest unused first; of equals what was there first. */
    private List<Seen> candidates() {
        return byId.values().stream()
                .filter(s -> !s.inUse && !s.pinned)
                .sorted(
                        Comparator.comparing(Seen::lastUsed)
                                .thenComparing(Seen::firstSeen)
                                .thenComparing(Seen::id))
                .toList();
    }

    /** Images nobody has used for longer than {@code maxAge}. */
    List<Seen> tooOld(Duration maxAge, Instant now) {
        return candidates().stream()
                .filter(s -> Duration.between(s.idleSince(), now).compareTo(maxAge) > 0)
                .toList();
    }

    /** Images that may go to make room, in this order; those pulled within {@code minAge} stay. */
    List<Seen> forSpace(Duration minAge, Instant now) {
        return candidates().stream()
                .filter(s -> Duration.between(s.firstSeen, now).compareTo(minAge) >= 0)
                .toList();
    }
}
