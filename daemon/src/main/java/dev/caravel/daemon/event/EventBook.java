package dev.caravel.daemon.event;

import java.util.Optional;

/** Remembers which events were sent and decides what to send next. Used by one thread. */
interface EventBook {
    /**
     * What to send.
     *
     * @return empty when there are too many like it already
     */
    Optional<EventCall> next(Occurrence occurrence);
}
