package dev.caravel.cri;

/**
 * Who answers on the runtime socket.
 *
 * @param version version of the kubelet runtime API, always {@code 0.1.0} here
 * @param runtimeName the prefix of container ids in pod status, as in {@code containerd://<id>}
 * @param runtimeVersion version of the runtime itself
 * @param runtimeApiVersion version of CRI it speaks, such as {@code v1}
 */
public record RuntimeVersion(
        String version, String runtimeName, String runtimeVersion, String runtimeApiVersion) {}
