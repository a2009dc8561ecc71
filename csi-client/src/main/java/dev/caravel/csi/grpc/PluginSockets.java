package dev.caravel.csi.grpc;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PluginRegistration;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Calls plugins on their Unix sockets. Calls are rare and a plugin's pod may be replaced between
 * two of them, so each call has a connection of its own; one thread serves them all and is started
 * by the first.
 */
public final class PluginSockets implements AutoCloseable {
    /** Upstream's limit for CSI calls. */
    private static final Duration CSI_LIMIT = Duration.ofMinutes(2);

    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(10);

    /** Answers hold a few paths and numbers; whoever sends more is broken. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable EventLoopGroup eventLoop;

    /** The node service of a CSI driver. */
    public NodeService nodeService(Path socket) {
        return new GrpcNodeService(this, socket, CSI_LIMIT);
    }

    /** The registration service of a plugin. */
    public PluginRegistration registration(Path socket) {
        return new GrpcPluginRegistration(this, socket, REGISTRATION_LIMIT);
    }

    /** Makes one call. */
    <Q, A> A call(Path socket, MethodDescriptor<Q, A> method, Q request, Duration limit)
            throws CsiException, InterruptedException {
        ManagedChannel channel = connect(socket);
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS),
                    request);
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(method.getFullMethodName() + " was interrupted");
            }
            throw failure(e);
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel connect(Path socket) {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
                .eventLoopGroup(loop())
                .overrideAuthority("localhost")
                .usePlaintext()
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                // gRPC always asks for it, unix sockets do not have it, Netty warns of it each time
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .withOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(true, true))
                .disableRetry()
                .directExecutor()
                .build();
    }

    private EventLoopGroup loop() {
        lock.lock();
        try {
            EventLoopGroup running = eventLoop;
            if (running == null) {
                running =
                        new MultiThreadIoEventLoopGroup(
                                1,
                                Thread.ofPlatform().daemon().name("plugins").factory(),
                                EpollIoHandler.newFactory());
                eventLoop = running;
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private static CsiException failure(StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        boolean uncertain =
                switch (code) {
                    case DEADLINE_EXCEEDED, CANCELLED, UNAVAILABLE, ABORTED, RESOURCE_EXHAUSTED ->
                            true;
                    case OK,
                            UNKNOWN,
                            INVALID_ARGUMENT,
                            NOT_FOUND,
                            ALREADY_EXISTS,
                            PERMISSION_DENIED,
                            FAILED_PRECONDITION,
                            OUT_OF_RANGE,
                            UNIMPLEMENTED,
                            INTERNAL,
                            DATA_LOSS,
                            UNAUTHENTICATED ->
                            false;
                };
        String description = e.getStatus().getDescription();
        return new CsiException(goName(code), description == null ? "" : description, uncertain, e);
    }

    /** {@code DEADLINE_EXCEEDED} as {@code DeadlineExceeded}, which tools match on. */
    private static String goName(Status.Code code) {
        if (code == Status.Code.CANCELLED) {
            return "Canceled";
        }
        if (code == Status.Code.OK) {
            return "OK";
        }
        StringBuilder name = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (eventLoop != null) {
                var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                eventLoop = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
