package dev.caravel.daemon.run;

import dev.caravel.linux.sys.ProcessCalls;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the daemon gives itself at start. A container or an unprivileged user may forbid them;
 * that is logged and harms nothing else (kubelet.md §1.4).
 */
public final class SelfLimits {
    private static final Logger LOG = LoggerFactory.getLogger(SelfLimits.class);

    private final Path proc;
    private final ProcessCalls processes;

    /**
     * @param proc {@code /proc}
     */
    public SelfLimits(Path proc, ProcessCalls processes) {
        this.proc = proc;
        this.processes = processes;
    }

    /**
     * Sets how likely the kernel kills us when memory runs out.
     *
     * @param score from -1000 (never) to 1000
     */
    public void oomScoreAdj(int score) {
        Path file = proc.resolve("self/oom_score_adj");
        try {
            Files.write(file, Integer.toString(score).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("Write {} to {}: {}; staying as we are", score, file, e.toString());
        }
    }

    /** Sets how many files we may have open; where that is too many, as many as we may. */
    public void openFiles(long files) {
        Optional<SystemCallException> refusal = set(files, files);
        if (refusal.isEmpty()) {
            return;
        }
        try {
            long hard = processes.limit(ProcessCalls.Resource.NOFILE).hard();
            Optional<SystemCallException> second = set(hard, hard);
            LOG.warn(
                    "Set RLIMIT_NOFILE to {}: {}; {}",
                    files,
                    refusal.get().getMessage(),
                    second.isEmpty() ? "using the hard limit " + hard : "staying as we are");
        } catch (SystemCallException e) {
            LOG.warn("Set RLIMIT_NOFILE to {}: {}; staying as we are", files, e.toString());
        }
    }

    private Optional<SystemCallException> set(long soft, long hard) {
        return processes.setLimit(ProcessCalls.Resource.NOFILE, new ProcessCalls.Limit(soft, hard));
    }
}
