package dev.caravel.config.kubelet;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where OpenTelemetry spans go (component-base tracing API v1).
 *
 * @param endpoint OTLP gRPC collector, host and port; empty means {@code localhost:4317}
 * @param samplingRatePerMillion spans kept out of a million; empty means only those a caller
 *     sampled
 */
public record TracingConfiguration(Optional<String> endpoint, OptionalInt samplingRatePerMillion) {}
