package dev.caravel.cri.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravel.cri.CallObserver;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.stub.ClientCalls;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes blocking calls: deadline, answer check, one exception type, and a word to the observer. */
final class Calls {
    private final RuntimeConnection connection;
    private final Duration usual;
    private final CallObserver observer;

    /** Makes calls that end within {@code usual} unless they say otherwise. */
    Calls(RuntimeConnection connection, Duration usual, CallObserver observer) {
        this.connection = connection;
        this.usual = usual;
        this.observer = observer;
    }

    /** A call and what it is about, for messages and metrics. */
    record Subject(String operation, String objectId) {}

    /** Makes a call and reads its answer. */
    <Q, A, R> R call(
            Subject subject, MethodDescriptor<Q, A> method, Q request, Function<A, R> read) {
        return call(subject, method, request, usual, read);
    }

    /** Makes a call that has a limit of its own. */
    <Q, A, R> R call(
            Subject subject,
            MethodDescriptor<Q, A> method,
            Q request,
            Duration limit,
            Function<A, R> read) {
        return call(connection.calls(), subject, method, request, Optional.of(limit), read);
    }

    /**
     * Makes a call that may take any time; only an interrupt or the runtime's end cuts it short.
     */
    <Q, A, R> R callWithoutLimit(
            Channel channel,
            Subject subject,
            MethodDescriptor<Q, A> method,
            Q request,
            Function<A, R> read) {
        return call(channel, subject, method, request, Optional.empty(), read);
    }

    /** Makes a call whose answer says no more than that it succeeded. */
    <Q, A> void run(Subject subject, MethodDescriptor<Q, A> method, Q request) {
        run(subject, method, request, usual);
    }

    /** As {@link #run(Subject, MethodDescriptor, Object)} with a limit of its own. */
    <Q, A> void run(Subject subject, MethodDescriptor<Q, A> method, Q request, Duration limit) {
        A _ = call(subject, method, request, limit, answer -> answer);
    }

    /** As {@link #run}, for removals: that the object does not exist is what was wanted. */
    <Q, A> void remove(Subject subject, MethodDescriptor<Q, A> method, Q request) {
        remove(subject, method, request, usual);
    }

    /** As {@link #remove(Subject, MethodDescriptor, Object)} with a limit of its own. */
    <Q, A> void remove(Subject subject, MethodDescriptor<Q, A> method, Q request, Duration limit) {
        long start = System.nanoTime();
        try {
            A _ =
                    exchange(
                            connection.calls(),
                            subject,
                            method,
                            request,
                            Optional.of(limit),
                            answer -> answer);
            observe(subject, start, Optional.empty());
        } catch (RuntimeCallException e) {
            observe(subject, start, e.isNotFound() ? Optional.empty() : Optional.of(e.code()));
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private <Q, A, R> R call(
            Channel channel,
            Subject subject,
            MethodDescriptor<Q, A> method,
            Q request,
            Optional<Duration> limit,
            Function<A, R> read) {
        long start = System.nanoTime();
        try {
            R result = exchange(channel, subject, method, request, limit, read);
            observe(subject, start, Optional.empty());
            return result;
        } catch (RuntimeCallException e) {
            observe(subject, start, Optional.of(e.code()));
            throw e;
        }
    }

    private <Q, A, R> R exchange(
            Channel channel,
            Subject subject,
            MethodDescriptor<Q, A> method,
            Q request,
            Optional<Duration> limit,
            Function<A, R> read) {
        var options = CallOptions.DEFAULT;
        if (limit.isPresent()) {
            options = options.withDeadlineAfter(limit.get().toNanos(), TimeUnit.NANOSECONDS);
        }
        try {
            // Blocks in LockSupport.park, so a virtual thread gives its carrier away; an interrupt
            // cancels.
            return read.apply(ClientCalls.blockingUnaryCall(channel, method, options, request));
        } catch (StatusRuntimeException e) {
            throw failure(subject, e.getStatus(), limit, e);
        } catch (Answer.Unusable e) {
            throw new RuntimeCallException(
                    subject.operation(),
                    subject.objectId(),
                    Code.BAD_ANSWER,
                    "the runtime's answer cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private void observe(Subject subject, long start, Optional<Code> failure) {
        observer.onCall(subject.operation(), Duration.ofNanos(System.nanoTime() - start), failure);
    }

    /** What a gRPC status means to a caller. */
    RuntimeCallException failure(
            Subject subject, Status status, Optional<Duration> limit, Throwable cause) {
        if (connection.isClosed()) {
            return new RuntimeCallException(
                    subject.operation(),
                    subject.objectId(),
                    Code.CANCELLED,
                    "the connection to " + connection.socket() + " was closed",
                    cause);
        }
        return new RuntimeCallException(
                subject.operation(),
                subject.objectId(),
                code(status),
                detail(status, limit),
                cause);
    }

    private String detail(Status status, Optional<Duration> limit) {
        String said = Optional.ofNullable(status.getDescription()).orElse("");
        return switch (code(status)) {
            case CANCELLED -> "given up: the calling thread was interrupted";
            case UNAVAILABLE ->
                    "no runtime answers on "
                            + connection.socket()
                            + ": "
                            + why(status.getCause(), said);
            case DEADLINE_EXCEEDED ->
                    limit.isPresent() && said.contains("CallOptions deadline")
                            ? "no answer within " + limit.get().toMillis() + " ms"
                            : said;
            default -> said.isEmpty() ? "the runtime gave no reason" : said;
        };
    }

    private static String why(@Nullable Throwable cause, String said) {
        if (cause instanceof FileNotFoundException) {
            return "there is no such file"; // Netty's has no text
        }
        String text = cause == null ? null : cause.getMessage();
        return text == null ? said : text;
    }

    /** What a status is for callers. */
    static Code code(Status status) {
        Throwable cause = status.getCause();
        if (cause instanceof InterruptedException) {
            return Code.CANCELLED;
        }
        return connectionBroke(cause) ? Code.UNAVAILABLE : codeOfRuntime(status.getCode());
    }

    /**
     * A status from the runtime has no cause; gRPC names broken connections UNKNOWN or INTERNAL at
     * times.
     */
    private static boolean connectionBroke(@Nullable Throwable cause) {
        return cause instanceof Http2Exception
                || (cause instanceof IOException
                        && !(cause instanceof InvalidProtocolBufferException));
    }

    private static Code codeOfRuntime(Status.Code code) {
        return switch (code) {
            // Callers that give up do not get here, so this is a runtime that shuts down.
            case CANCELLED, UNAVAILABLE -> Code.UNAVAILABLE;
            case INVALID_ARGUMENT -> Code.INVALID_ARGUMENT;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case NOT_FOUND -> Code.NOT_FOUND;
            case ALREADY_EXISTS -> Code.ALREADY_EXISTS;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> Code.RESOURCE_EXHAUSTED;
            case FAILED_PRECONDITION -> Code.FAILED_PRECONDITION;
            case ABORTED -> Code.ABORTED;
            case OUT_OF_RANGE -> Code.OUT_OF_RANGE;
            case UNIMPLEMENTED -> Code.UNIMPLEMENTED;
            case INTERNAL -> Code.INTERNAL;
            case DATA_LOSS -> Code.DATA_LOSS;
            case UNAUTHENTICATED -> Code.UNAUTHENTICATED;
            case OK, UNKNOWN -> Code.UNKNOWN;
        };
    }
}
