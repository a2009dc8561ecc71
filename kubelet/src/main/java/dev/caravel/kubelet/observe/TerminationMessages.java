package dev.caravel.kubelet.observe;

import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.Mount;
import dev.caravel.kubelet.pod.RuntimeLabels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last words of a container that has ended (contract §5.8): the file it was given, or with
 * policy FallbackToLogsOnError the end of its log. Both are written by the container: reads are
 * bounded and follow no link.
 */
final class TerminationMessages {

    private static final Logger log = LoggerFactory.getLogger(TerminationMessages.class);

    private static final int MAX_MESSAGE = 4096;
    private static final int MAX_LOG_TAIL = 2048;
    private static final int MAX_LOG_LINES = 80;

    /** A log line carries a time stamp, a stream name and a tag beside its text. */
    private static final int LOG_READ = 4 * MAX_LOG_TAIL;

    private TerminationMessages() {}

    /** The message, empty if the container left none or has not ended. */
    static String of(ContainerStatus status) {
        if (status.state() != ContainerState.EXITED) {
            return "";
        }
        String message = fromFile(status);
        boolean fallback =
                "FallbackToLogsOnError"
                                .equals(
                                        status.annotations()
                                                .get(RuntimeLabels.TERMINATION_MESSAGE_POLICY))
                        && status.exitCode() != 0;
        return message.isEmpty() && fallback ? fromLog(status) : message;
    }

    private static String fromFile(ContainerStatus status) {
        String inContainer = status.annotations().get(RuntimeLabels.TERMINATION_MESSAGE_PATH);
        if (inContainer == null || inContainer.isEmpty()) {
            return "";
        }
        Optional<Mount> mount =
                status.mounts().stream()
                        .filter(m -> m.containerPath().equals(inContainer))
                        .findFirst();
        return mount.map(m -> text(read(Path.of(m.hostPath()), MAX_MESSAGE, false))).orElse("");
    }

    private static String fromLog(ContainerStatus status) {
        if (status.logPath().isEmpty()) {
            return "";
        }
        List<String> lines = text(read(Path.of(status.logPath()), LOG_READ, true)).lines().toList();
        StringBuilder all = new StringBuilder();
        for (String line : lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size())) {
            all.append(content(line));
        }
        return all.length() <= MAX_LOG_TAIL
                ? all.toString()
                : all.substring(all.length() - MAX_LOG_TAIL);
    }

    /**
     * The text of one CRI log line: {@code time stream tag text}. A line cut at the front has none
     * of these.
     */
    private static String content(String line) {
        String[] parts = line.split(" ", 4);
        boolean whole =
                parts.length == 4 && (parts[1].equals("stdout") || parts[1].equals("stderr"));
        if (!whole) {
            return "";
        }
        return parts[2].equals("P") ? parts[3] : parts[3] + "\n";
    }

    private static byte[] read(Path file, int most, boolean fromEnd) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return new byte[0];
            }
            try (SeekableByteChannel in =
                    Files.newByteChannel(
                            file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                if (fromEnd) {
                    in.position(Math.max(0, in.size() - most));
                }
                ByteBuffer buffer = ByteBuffer.allocate(most);
                while (buffer.hasRemaining() && in.read(buffer) >= 0) {}
                return java.util.Arrays.copyOf(buffer.array(), buffer.position());
            }
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            log.warn(
                    "Reading the termination message {} failed: {}. The container's status has none.",
                    file,
                    e.toString());
            return new byte[0];
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
