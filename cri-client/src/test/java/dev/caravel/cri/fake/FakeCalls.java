package dev.caravel.cri.fake;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The way into a {@link FakeRuntime}: notes each call, lets faults strike, and lets one call at the
 * state at a time.
 */
final class FakeCalls {
    private final List<FakeRuntime.Call> log = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final ReentrantLock state = new ReentrantLock();
    private volatile Optional<Code> gone = Optional.empty();

    /**
     * Makes a call.
     *
     * @param names what it is about, by all names a fault may use; the first one is shown in
     *     messages
     */
    <T> T call(String operation, List<String> names, Supplier<T> work) {
        String subject = names.isEmpty() ? "" : names.getFirst();
        log.add(new FakeRuntime.Call(operation, subject));
        refuseIfGone(operation, subject);
        for (Fault fault : faults) {
            if (fault.matches(operation, names)) {
                fault.strike(operation, subject);
            }
        }
        refuseIfGone(operation, subject);
        return locked(work);
    }

    private void refuseIfGone(String operation, String subject) {
        if (Thread.currentThread().isInterrupted()) {
            throw new RuntimeCallException(
                    operation,
                    subject,
                    Code.CANCELLED,
                    "given up: the calling thread was interrupted");
        }
        if (gone.isPresent()) {
            throw new RuntimeCallException(
                    operation, subject, gone.get(), "no runtime answers: the fake is down");
        }
    }

    <T> T locked(Supplier<T> work) {
        state.lock();
        try {
            return work.get();
        } finally {
            state.unlock();
        }
    }

    Fault add(Fault fault) {
        faults.add(fault);
        return fault;
    }

    void endFaults() {
        faults.forEach(Fault::end);
        faults.clear();
    }

    /** From now on every call fails with this code; absent to answer again. */
    void gone(Optional<Code> code) {
        gone = code;
    }

    List<FakeRuntime.Call> log() {
        return List.copyOf(log);
    }

    List<Fault> faults() {
        return faults;
    }
}
