package dev.caravel.daemon.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the daemon gives itself at start. A container or an unprivileged user may forbid them;
 * that is logged and harms nothing else (kubelet.md §1.4).
 */
public final class SelfLimits {
    private static final Logger LOG = LoggerFactory.getLogger(SelfLimits.class);

    /** Sets soft and hard RLIMIT_NOFILE of this process; the kernel module gives the real one. */
    @FunctionalInterface
    public interface OpenFilesLimit {
        void set(long files) throws IOException;
    }

    private final Path proc;
    private final OpenFilesLimit openFiles;

    /**
     * @param proc {@code /proc}
     */
    public SelfLimits(Path proc, OpenFilesLimit openFiles) {
        this.proc = proc;
        this.openFiles = openFiles;
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

    /** Sets how many files we may have open. */
    public void openFiles(long files) {
        try {
            openFiles.set(files);
        } catch (IOException e) {
            LOG.warn("Set RLIMIT_NOFILE to {}: {}; staying as we are", files, e.toString());
        }
    }
}
