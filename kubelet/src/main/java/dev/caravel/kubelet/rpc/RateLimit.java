package dev.caravel.kubelet.rpc;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.run.TokenBucket;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Refuses calls that come too fast, with upstream's answer. */
public final class RateLimit implements ServerInterceptor {

    private static final double PER_SECOND = 100;
    private static final int BURST = 10;

    private final TokenBucket tokens;

    /** 100 calls a second, 10 at once (contract §3.5). */
    public RateLimit(Ticks ticks) {
        tokens = new TokenBucket(PER_SECOND, BURST, ticks);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (tokens.tryAcquire()) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.RESOURCE_EXHAUSTED.withDescription("rejected by rate limit"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
