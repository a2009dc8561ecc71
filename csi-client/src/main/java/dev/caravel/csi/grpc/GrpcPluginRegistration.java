package dev.caravel.csi.grpc;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.PluginRegistration;
import dev.caravel.proto.pluginregistration.InfoRequest;
import dev.caravel.proto.pluginregistration.RegistrationGrpc;
import dev.caravel.proto.pluginregistration.RegistrationStatus;
import dev.caravel.proto.pluginregistration.RegistrationStatusResponse;
import java.nio.file.Path;
import java.time.Duration;

/** {@link PluginRegistration} over gRPC. */
final class GrpcPluginRegistration implements PluginRegistration {
    private final PluginSockets sockets;
    private final Path socket;
    private final Duration limit;

    GrpcPluginRegistration(PluginSockets sockets, Path socket, Duration limit) {
        this.sockets = sockets;
        this.socket = socket;
        this.limit = limit;
    }

    @Override
    public PluginInfo info() throws CsiException, InterruptedException {
        var answer =
                sockets.call(
                        socket,
                        RegistrationGrpc.getGetInfoMethod(),
                        InfoRequest.getDefaultInstance(),
                        limit);
        return new PluginInfo(
                answer.getType(),
                answer.getName(),
                answer.getEndpoint(),
                answer.getSupportedVersionsList());
    }

    @Override
    public void notifyStatus(boolean registered, String error)
            throws CsiException, InterruptedException {
        RegistrationStatus status =
                RegistrationStatus.newBuilder()
                        .setPluginRegistered(registered)
                        .setError(error)
                        .build();
        RegistrationStatusResponse _ =
                sockets.call(
                        socket,
                        RegistrationGrpc.getNotifyRegistrationStatusMethod(),
                        status,
                        limit);
    }
}
