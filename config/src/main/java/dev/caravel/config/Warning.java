package dev.caravel.config;

/**
 * Something in a configuration that does no harm but should be known. The agent logs it once at
 * start.
 *
 * @param origin where it was written
 * @param text what should be known
 */
public record Warning(Origin origin, String text) {

    /** One line: place and text. */
    @Override
    public String toString() {
        return origin + ": " + text;
    }
}
