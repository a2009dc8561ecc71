package dev.caravel.config;

/** An enumerated configuration value that is written in a word of its own in YAML and on flags. */
public interface WireName {

    /** The word used in configuration files, on the command line and by {@code /configz}. */
    String wireName();
}
