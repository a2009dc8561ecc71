package dev.caravel.cri;

/**
 * What a command run by {@link ContainerRuntime#execSync} left behind; the runtime caps each output
 * at 16 MiB.
 */
public record ExecResult(int exitCode, Bytes stdout, Bytes stderr) {}
