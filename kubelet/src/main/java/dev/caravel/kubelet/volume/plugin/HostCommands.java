package dev.caravel.kubelet.volume.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the few programs of the node that know file systems and storage ({@code blkid}, {@code
 * mkfs}, {@code fsck}, {@code losetup}). Arguments go to the program as they are; there is no
 * shell.
 */
public interface HostCommands {

    /**
     * Runs a program to its end.
     *
     * @param command its name, looked up in {@code PATH}, and its arguments
     * @throws IOException when there is no such program
     */
    Result run(List<String> command) throws IOException, InterruptedException;

    /**
     * How a program ended.
     *
     * @param output the beginning of what it wrote, errors included
     */
    record Result(int exitCode, String output) {}

    /** The real ones. An interrupt ends the program. */
    static HostCommands system() {
        return command -> {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                process.getOutputStream().close();
                String output = beginning(process.getInputStream());
                return new Result(process.waitFor(), output);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                throw e;
            }
        };
    }

    private static String beginning(InputStream stream) throws IOException {
        int limit = 64 * 1024;
        byte[] bytes = stream.readNBytes(limit);
        // Read on to the end: a program that cannot write would wait for ever.
        stream.transferTo(OutputStream.nullOutputStream());
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
