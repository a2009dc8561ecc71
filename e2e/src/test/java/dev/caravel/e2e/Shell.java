package dev.caravel.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Commands of the host. */
final class Shell {

    private Shell() {}

    /**
     * Runs a command to its end and returns what it printed.
     *
     * @throws IOException when it ends with anything but 0; the text has its output
     */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + ": exit " + code + ": " + output);
        }
        return output;
    }

    /** Whether a program is on the PATH or among the administrator's. */
    static boolean has(String program) {
        return List.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
