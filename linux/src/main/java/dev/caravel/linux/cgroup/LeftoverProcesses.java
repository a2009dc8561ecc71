package dev.caravel.linux.cgroup;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.ProcessCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Ends what is left in groups that are to be removed. */
final class LeftoverProcesses {
    /** Tries, with a wait that doubles: about a second in all, as long as the Go agent waits. */
    private static final int TRIES = 10;

    private static final Duration FIRST_WAIT = Duration.ofMillis(1);

    private final ProcessCalls processes;
    private final Pause pause;

    LeftoverProcesses(ProcessCalls processes, Pause pause) {
        this.processes = processes;
        this.pause = pause;
    }

    /** What is to be removed. */
    interface Target {
        /** Processes that are in the way. */
        Collection<Integer> pids() throws IOException;

        /** Kills them all at once; false when that is not possible. */
        boolean kill() throws IOException;

        /** Removes it, which fails while processes are still ending. */
        void remove() throws IOException;
    }

    /**
     * Kills all processes and removes their groups, again and again until nothing is left.
     *
     * @throws IOException if this very process is among them, or if something is left in the end
     */
    void killAndRemove(String what, Target target) throws IOException {
        Duration wait = FIRST_WAIT;
        for (int tried = 1; ; tried++) {
            Collection<Integer> pids = target.pids();
            refuseOwn(what, pids);
            if (!pids.isEmpty() && !target.kill()) {
                kill(what, pids);
            }
            try {
                target.remove();
                return;
            } catch (IOException e) {
                if (tried == TRIES) {
                    throw new IOException(
                            "Destroy cgroup "
                                    + what
                                    + ": still in use after "
                                    + TRIES
                                    + " tries, processes "
                                    + target.pids()
                                    + "; to be tried again later",
                            e);
                }
            }
            waitFor(what, wait);
            wait = wait.multipliedBy(2);
        }
    }

    private static void refuseOwn(String what, Collection<Integer> pids) throws IOException {
        if (pids.contains((int) ProcessHandle.current().pid())) {
            throw new IOException(
                    "Destroy cgroup " + what + ": this process itself runs in it; nothing killed");
        }
    }

    private void kill(String what, Collection<Integer> pids) throws IOException {
        List<Exception> refused = new ArrayList<>();
        for (int pid : pids) {
            try {
                killOne(pid);
            } catch (IOException | IllegalArgumentException e) {
                refused.add(e);
            }
        }
        if (!refused.isEmpty()) {
            IOException all =
                    new IOException("Destroy cgroup " + what + ": some processes cannot be killed");
            refused.forEach(all::addSuppressed);
            throw all;
        }
    }

    private void killOne(int pid) throws IOException {
        // The listing is a moment old; through a reference the signal cannot hit a newer process
        // that got the same number after the reference was taken.
        Optional<Descriptor> process = processes.openProcess(pid);
        if (process.isPresent()) {
            try (Descriptor reference = process.get()) {
                processes.kill(reference, ProcessCalls.SIGKILL);
            }
        }
    }

    private void waitFor(String what, Duration time) throws IOException {
        try {
            pause.pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Destroy cgroup " + what + ": interrupted; partly removed", e);
        }
    }
}
