package dev.caravel.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things are in the source tree. */
final class Home {

    private Home() {}

    /** The root of the source tree. */
    static Path folder() {
        return Path.of(System.getProperty("caravel.home", "..")).toAbsolutePath().normalize();
    }

    /** A command of {@code out/bin}; fails when there is none. */
    static Path command(String name) {
        Path command = folder().resolve("out/bin").resolve(name);
        if (!Files.isExecutable(command)) {
            throw new AssertionError("there is no " + command + "; run ./build first");
        }
        return command;
    }
}
