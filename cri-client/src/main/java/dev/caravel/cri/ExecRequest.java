package dev.caravel.cri;

import java.util.List;

/**
 * A command to run through the runtime's streaming server; with {@code tty} there is no separate
 * stderr.
 */
public record ExecRequest(
        String containerId,
        List<String> command,
        boolean tty,
        boolean stdin,
        boolean stdout,
        boolean stderr) {
    public ExecRequest {
        command = List.copyOf(command);
    }
}
