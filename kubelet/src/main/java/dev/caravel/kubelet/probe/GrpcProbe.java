package dev.caravel.kubelet.probe;

import dev.caravel.proto.health.HealthCheckRequest;
import dev.caravel.proto.health.HealthCheckResponse;
import dev.caravel.proto.health.HealthGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a container's gRPC health service (grpc.health.v1) on plain text. */
final class GrpcProbe {

    ProbeResult check(String host, int port, @Nullable String service, Duration timeout) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(new InetSocketAddress(host, port))
                        .usePlaintext()
                        .userAgent("kube-probe/1.37")
                        .disableRetry()
                        .build();
        try {
            HealthCheckResponse answer =
                    HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .check(
                                    HealthCheckRequest.newBuilder()
                                            .setService(service == null ? "" : service)
                                            .build());
            return answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING
                    ? new ProbeResult.Success("service healthy")
                    : new ProbeResult.Failure(
                            "service unhealthy (responded with \"" + answer.getStatus() + "\")");
        } catch (StatusRuntimeException e) {
            return failure(e, host, port, timeout);
        } finally {
            channel.shutdownNow();
        }
    }

    private static ProbeResult failure(
            StatusRuntimeException e, String host, int port, Duration timeout) {
        return switch (e.getStatus().getCode()) {
            case UNIMPLEMENTED ->
                    new ProbeResult.Failure(
                            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
                                    + e.getStatus().getDescription());
            case DEADLINE_EXCEEDED ->
                    new ProbeResult.Failure(
                            "timeout: health rpc did not complete within "
                                    + timeout.toSeconds()
                                    + "s");
            case UNAVAILABLE ->
                    new ProbeResult.Failure(
                            "timeout: failed to connect service \""
                                    + host
                                    + ":"
                                    + port
                                    + "\" within "
                                    + timeout.toSeconds()
                                    + "s: "
                                    + e.getStatus().getDescription());
            default -> new ProbeResult.Failure("error: health rpc probe failed: " + e.getStatus());
        };
    }
}
