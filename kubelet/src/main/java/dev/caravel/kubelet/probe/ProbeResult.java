package dev.caravel.kubelet.probe;

/** What one run of a probe found. */
public sealed interface ProbeResult {

    /** For people. */
    String output();

    record Success(String output) implements ProbeResult {}

    /** Counts as a success, but the operator should know (a redirect to another host). */
    record Warning(String output) implements ProbeResult {}

    record Failure(String output) implements ProbeResult {}

    /** The probe could not be run; says nothing about the container. */
    record Unknown(String output) implements ProbeResult {}
}
