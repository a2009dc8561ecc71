package dev.caravel.kubelet.plan;

/**
 * Why an action failed, in the words of the API: what stands in a container's waiting state.
 *
 * @param reason CamelCase, e.g. {@code CreateContainerConfigError}
 * @param message for people
 */
public record Failure(String reason, String message) {}
