package dev.caravel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process in the background whose output goes to a file. */
final class Daemon implements AutoCloseable {
    private static final int SHOWN_LINES = 15;

    private final Process process;
    private final Path log;

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code command}; its output is added to {@code log}. */
    static Daemon start(Path log, List<String> command) throws IOException {
        return new Daemon(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start(),
                log);
    }

    /** Its process id. */
    long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    boolean alive() {
        return process.isAlive();
    }

    /** Ends it with SIGKILL, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The end of its output, for the text of a failure. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /** Ends it with SIGTERM and gives its exit code; kills it when it does not end. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
