package dev.caravel.cri.grpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one runtime socket. It has two channels, one for short calls and one for pulls
 * and events, so that a stuck stream cannot use up the flow control window of the others; one event
 * loop thread serves both. Channels connect when first used and again after the runtime went away;
 * a socket that another runtime has bound anew is noticed at the next call, even while the old
 * runtime still holds the old connection.
 */
public final class RuntimeConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RuntimeConnection.class);

    /** The Go client's limit; 110 pods with long annotations pass gRPC's default of 4 MiB. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    /** Few calls a second do not earn gRPC's pool, which holds 2 MiB and more for good. */
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final Path socket;
    private final EventLoopGroup eventLoop;
    private volatile Generation current;
    private volatile boolean closed;

    /** The channels to one socket, for as long as that one is at the path. */
    private record Generation(
            Optional<SocketIdentity> identity, Reconnecting calls, Reconnecting streams) {}

    private record Reconnecting(ManagedChannel channel, ReconnectBackoff backoff) {}

    private RuntimeConnection(Path socket, EventLoopGroup eventLoop) {
        this.socket = socket;
        this.eventLoop = eventLoop;
        this.current = newGeneration(SocketIdentity.of(socket));
    }

    /**
     * Prepares a connection; nothing is connected yet, and the runtime need not be there.
     *
     * @throws IllegalStateException if this machine has no epoll for Java
     */
    public static RuntimeConnection open(RuntimeEndpoint endpoint) {
        if (!Epoll.isAvailable()) {
            throw new IllegalStateException(
                    "cannot talk to the runtime on "
                            + endpoint.socket()
                            + ": the epoll library of gRPC does not load",
                    Epoll.unavailabilityCause());
        }
        var threads = Thread.ofPlatform().daemon().name("cri").factory();
        return new RuntimeConnection(
                endpoint.socket(),
                new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory()));
    }

    Path socket() {
        return socket;
    }

    boolean isClosed() {
        return closed;
    }

    /** The channel for short calls. */
    Channel calls() {
        return ready(current().calls());
    }

    /** The channel for pulls and events. */
    Channel streams() {
        return ready(current().streams());
    }

    private Generation current() {
        var known = current;
        var identity = SocketIdentity.of(socket);
        // A path without a socket is a runtime on its way down or up: keep what there is.
        return identity.isEmpty() || identity.equals(known.identity()) || closed
                ? known
                : replace(identity);
    }

    private synchronized Generation replace(Optional<SocketIdentity> identity) {
        var old = current;
        if (identity.equals(old.identity()) || closed) {
            return old;
        }
        current = newGeneration(identity);
        if (old.identity().isPresent()) {
            log.atInfo()
                    .setMessage("Another runtime listens on the socket; connecting to that one")
                    .addKeyValue("socket", socket)
                    .log();
        }
        // Short calls end by their deadlines; pulls and events of a runtime that lost its socket
        // would not.
        old.calls().channel().shutdown();
        old.streams().channel().shutdownNow();
        return current;
    }

    private static Channel ready(Reconnecting connection) {
        switch (connection.channel().getState(false)) {
            case TRANSIENT_FAILURE -> {
                if (connection.backoff().attemptIsDue(System.nanoTime())) {
                    connection.channel().resetConnectBackoff();
                }
            }
            case READY -> connection.backoff().succeeded();
            case IDLE, CONNECTING, SHUTDOWN -> {}
        }
        return connection.channel();
    }

    private Generation newGeneration(Optional<SocketIdentity> identity) {
        return new Generation(
                identity,
                new Reconnecting(newChannel(), new ReconnectBackoff()),
                new Reconnecting(newChannel(), new ReconnectBackoff()));
    }

    private ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
                .eventLoopGroup(eventLoop)
                // containerd refuses the escaped socket path that would be the default
                .overrideAuthority("localhost")
                .usePlaintext()
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                // gRPC always asks for it, unix sockets do not have it, Netty warns of it each time
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .withOption(ChannelOption.ALLOCATOR, ALLOCATOR)
                .disableRetry()
                // Callers wait on their own threads and do their own work there: no pool is needed.
                .directExecutor()
                .build();
    }

    /**
     * Cancels what runs and frees the connection. Services that share it end with it; closing twice
     * does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        current.calls().channel().shutdownNow();
        current.streams().channel().shutdownNow();
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
