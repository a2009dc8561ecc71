package dev.caravel.cri.grpc;

import com.google.protobuf.Message;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.SandboxConfig;

/** Shows tests what the runtime really gets for a configuration. */
public final class WireMessages {
    private WireMessages() {}

    public static Message of(SandboxConfig config) {
        return SandboxWire.toWire(config);
    }

    public static Message of(ContainerConfig config) {
        return ContainerWire.toWire(config);
    }
}
