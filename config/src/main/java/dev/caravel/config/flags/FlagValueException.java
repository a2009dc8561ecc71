package dev.caravel.config.flags;

/** A flag's value does not look like what its kind asks for; the message says why. */
final class FlagValueException extends Exception {

    FlagValueException(String problem) {
        super(problem, null, false, false);
    }
}
