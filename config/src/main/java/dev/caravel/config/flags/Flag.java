package dev.caravel.config.flags;

/**
 * One flag of a command.
 *
 * @param name without dashes
 * @param kind what its value looks like
 * @param field the configuration field it sets, such as {@code logging.format}; empty when it sets
 *     none
 * @param deprecation what to use instead; empty when the flag is here to stay
 * @param help what it does
 */
public record Flag(String name, FlagKind kind, String field, String deprecation, String help) {

    /** A flag that sets no field. */
    public static Flag own(String name, FlagKind kind, String help) {
        return new Flag(name, kind, "", "", help);
    }

    /** A flag that sets {@code field}. */
    public static Flag forField(String name, FlagKind kind, String field) {
        return new Flag(name, kind, field, "", "field " + field);
    }

    /** This flag on its way out. */
    public Flag deprecated(String instead) {
        return new Flag(name, kind, field, instead, help);
    }

    /** The name as typed. */
    public String typed() {
        return "--" + name;
    }
}
