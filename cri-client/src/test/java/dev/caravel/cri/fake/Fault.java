package dev.caravel.cri.fake;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One thing a {@link FakeRuntime} does wrong on demand, until it is told to stop. */
public final class Fault {
    private final String operation;
    private final String object;
    private final Effect effect;
    private final AtomicInteger left;
    private final CountDownLatch hit = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<String> hitBy = new AtomicReference<>("");

    sealed interface Effect {
        record Fail(Code code, String detail) implements Effect {}

        record Hang() implements Effect {}
    }

    Fault(String operation, String object, Effect effect, int times) {
        this.operation = operation;
        this.object = object;
        this.effect = effect;
        this.left = new AtomicInteger(times);
    }

    /** Waits until a call has run into this fault; fails the test if none does in time. */
    public void awaitHit(Duration limit) throws InterruptedException {
        if (!hit.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("no call of " + operation + " on " + object + " in " + limit);
        }
    }

    /** No call runs into it any more; those that hang go on. */
    public void end() {
        left.set(0);
        ended.countDown();
    }

    boolean matches(String calledOperation, List<String> names) {
        return left.get() > 0
                && operation.equals(calledOperation)
                && (object.equals(FakeRuntime.ANY) || names.contains(object));
    }

    /** Lets a call run into this fault: throws, or returns when the fault has ended. */
    void strike(String calledOperation, String subject) {
        left.getAndUpdate(n -> n == Integer.MAX_VALUE ? n : Math.max(0, n - 1));
        hitBy.set(subject);
        hit.countDown();
        switch (effect) {
            case Effect.Fail(var code, var detail) ->
                    throw new RuntimeCallException(calledOperation, subject, code, detail);
            case Effect.Hang() -> {
                try {
                    ended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new RuntimeCallException(
                            calledOperation,
                            subject,
                            Code.CANCELLED,
                            "given up: the calling thread was interrupted",
                            e);
                }
            }
        }
    }

    @Override
    public String toString() {
        return operation + " on " + object + ": " + effect + ", hit by \"" + hitBy.get() + "\"";
    }
}
