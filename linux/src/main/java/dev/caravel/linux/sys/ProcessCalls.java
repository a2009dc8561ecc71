package dev.caravel.linux.sys;

import java.util.Optional;

/** System calls on processes and their limits. {@link Kernel#processes()} is the real one. */
public interface ProcessCalls {
    /** SIGKILL. */
    int SIGKILL = 9;

    /** SIGTERM. */
    int SIGTERM = 15;

    /**
     * kill(2).
     *
     * @return false when there is no such process
     */
    boolean kill(int pid, int signal) throws SystemCallException;

    /**
     * A reference to a running process that stays valid when its number is used again
     * (pidfd_open(2)); empty when there is no such process.
     */
    Optional<Descriptor> openProcess(int pid) throws SystemCallException;

    /**
     * pidfd_send_signal(2).
     *
     * @return false when the process has ended
     */
    boolean kill(Descriptor process, int signal) throws SystemCallException;

    /** Soft and hard limit of this process (getrlimit(2)). */
    Limit limit(Resource resource) throws SystemCallException;

    /**
     * Sets soft and hard limit of this process (setrlimit(2)).
     *
     * @return the refusal as a value: without CAP_SYS_RESOURCE a hard limit cannot be raised, and
     *     callers go on with what they have
     */
    Optional<SystemCallException> setLimit(Resource resource, Limit limit);

    /** What can be limited; numbers as in asm-generic/resource.h. */
    enum Resource {
        /** Open files. */
        NOFILE(7),
        /** Processes of the user. */
        NPROC(6),
        /** Locked memory in bytes. */
        MEMLOCK(8),
        /** Size of core dumps in bytes. */
        CORE(4);

        private final int number;

        Resource(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * A limit.
     *
     * @param soft in force
     * @param hard how far it may be raised; {@link #INFINITY} for no bound
     */
    record Limit(long soft, long hard) {
        /** RLIM_INFINITY, all bits set. */
        public static final long INFINITY = -1;
    }
}
