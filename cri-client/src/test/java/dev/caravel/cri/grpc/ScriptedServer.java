package dev.caravel.cri.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gRPC server on a unix socket that answers as a test says, and notes what it was asked. */
final class ScriptedServer implements AutoCloseable {
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final EventLoopGroup eventLoop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Server server;

    /** A call as it arrived; {@code deadlineMillis} is what was left of its deadline. */
    record Asked(String method, String authority, Optional<Long> deadlineMillis) {}

    ScriptedServer(Path socket) {
        server =
                NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                        .bossEventLoopGroup(eventLoop)
                        .workerEventLoopGroup(eventLoop)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .intercept(new Note())
                        .fallbackHandlerRegistry(
                                new HandlerRegistry() {
                                    @Override
                                    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
                                            String name, @Nullable String authority) {
                                        return methods.get(name);
                                    }
                                })
                        .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + socket, e);
        }
    }

    private final class Note implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            @Nullable Deadline deadline = Context.current().getDeadline();
            asked.add(
                    new Asked(
                            String.valueOf(call.getMethodDescriptor().getBareMethodName()),
                            String.valueOf(call.getAuthority()),
                            deadline == null
                                    ? Optional.empty()
                                    : Optional.of(deadline.timeRemaining(TimeUnit.MILLISECONDS))));
            return next.startCall(call, headers);
        }
    }

    /** Answers a method; a thrown {@link io.grpc.StatusRuntimeException} becomes its status. */
    <Q, A> ScriptedServer answer(MethodDescriptor<Q, A> method, Function<Q, A> answer) {
        return handle(
                method,
                (request, response) -> {
                    try {
                        response.onNext(answer.apply(request));
                        response.onCompleted();
                    } catch (RuntimeException e) {
                        response.onError(e);
                    }
                });
    }

    /** Handles a method with any number of answers, or none. */
    <Q, A> ScriptedServer handle(
            MethodDescriptor<Q, A> method, BiConsumer<Q, StreamObserver<A>> handler) {
        methods.put(
                method.getFullMethodName(),
                ServerMethodDefinition.create(
                        method,
                        method.getType() == MethodDescriptor.MethodType.UNARY
                                ? ServerCalls.asyncUnaryCall(handler::accept)
                                : ServerCalls.asyncServerStreamingCall(handler::accept)));
        return this;
    }

    /**
     * Takes calls of a method and never answers; {@code cancelled} runs when the caller gives up.
     */
    <Q, A> ScriptedServer hang(
            MethodDescriptor<Q, A> method, Runnable arrived, Runnable cancelled) {
        return handle(
                method,
                (_, response) -> {
                    ((ServerCallStreamObserver<A>) response).setOnCancelHandler(cancelled);
                    arrived.run();
                });
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
