package dev.caravel.kubelet.rpc;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers and clients on unix sockets. One event loop thread serves all of them; calls run on
 * virtual threads.
 */
public final class SocketRpc implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SocketRpc.class);

    /** As Go's servers and clients here: 16 MiB. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1,
                    Thread.ofPlatform().daemon().name("rpc").factory(),
                    EpollIoHandler.newFactory());
    private final ExecutorService calls;

    public SocketRpc() {
        calls = dev.caravel.daemon.run.NamedThreads.executor("rpc");
    }

    /** A server; closing it ends it and removes its socket. */
    public interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Serves on {@code socket}, in place of what an earlier process left there. The folder must
     * exist.
     *
     * @throws IOException naming the socket when it cannot listen there
     */
    public Listening serve(
            Path socket, List<BindableService> services, ServerInterceptor... interceptors)
            throws IOException {
        Files.deleteIfExists(socket);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .withOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(true))
                        // gRPC always asks for it, unix sockets do not have it
                        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .executor(calls);
        services.forEach(builder::addService);
        for (ServerInterceptor interceptor : interceptors) {
            builder.intercept(interceptor);
        }
        Server server;
        try {
            server = builder.build().start();
        } catch (IOException e) {
            throw new IOException("serve on " + socket + ": " + e.getMessage(), e);
        }
        return () -> {
            try {
                // Clients see the end only once their connections are closed.
                boolean _ = server.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                log.warn("Removing socket {}: {}", socket, e.toString());
            }
        };
    }

    /** A client; it connects when it is first used. The caller shuts it down. */
    public ManagedChannel connect(Path socket) {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                // gRPC always asks for it, unix sockets do not have it, Netty warns of it each time
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .withOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(true, true))
                .disableRetry()
                .directExecutor()
                .build();
    }

    @Override
    public void close() {
        var _ =
                loop.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                        .addListener(_ -> calls.shutdownNow());
    }
}
