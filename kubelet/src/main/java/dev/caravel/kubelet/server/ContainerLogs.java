package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.status.StatusPublisher;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code /containerLogs}: the log of one container, from its file, followed if asked (contract
 * §9.7).
 */
final class ContainerLogs {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int BLOCK = 32 << 10;

    private final PodStore store;
    private final RuntimeView view;
    private final StatusPublisher statuses;
    private final Path podLogs;
    private final Ticks ticks;

    ContainerLogs(
            PodStore store, RuntimeView view, StatusPublisher statuses, Path podLogs, Ticks ticks) {
        this.store = store;
        this.view = view;
        this.statuses = statuses;
        this.podLogs = podLogs;
        this.ticks = ticks;
    }

    void handle(HttpExchange x) throws IOException, InterruptedException {
        List<String> parts = List.of(x.path().substring(1).split("/", -1));
        if (parts.size() != 4) {
            x.respondText(404, "404 page not found\n");
            return;
        }
        LogQuery query;
        try {
            query = LogQuery.of(x.query(), ticks.now());
        } catch (IllegalArgumentException e) {
            x.respondText(422, e.getMessage() + "\n");
            return;
        }
        String name = parts.get(3);
        Optional<DesiredPod> pod = store.byFullName(parts.get(1) + "/" + parts.get(2));
        if (pod.isEmpty()) {
            x.respondText(404, "pod \"" + parts.get(2) + "\" does not exist\n");
            return;
        }
        if (PodContainer.byName(pod.get().pod(), name).isEmpty()) {
            x.respondText(
                    404, "container \"" + name + "\" not found in pod \"" + parts.get(2) + "\"\n");
            return;
        }
        Optional<ObservedContainer> container = choose(pod.get(), name, query.previous());
        if (container.isEmpty()) {
            x.respondText(400, missing(pod.get(), name, query.previous()) + "\n");
            return;
        }
        serve(x, pod.get(), container.get(), query);
    }

    private Optional<ObservedContainer> choose(DesiredPod pod, String name, boolean previous) {
        ObservedPod observed = view.of(pod.ref().uid());
        Optional<ObservedContainer> newest = observed.newest(name);
        if (!previous) {
            return newest.filter(c -> c.status().startedAt().isPresent());
        }
        return newest.flatMap(c -> observed.lastExited(name, c.id()))
                .or(() -> newest.filter(ObservedContainer::hasExited));
    }

    private String missing(DesiredPod pod, String name, boolean previous) {
        String container = "container \"" + name + "\" in pod \"" + pod.ref().name() + "\"";
        if (previous) {
            return "previous terminated " + container + " not found";
        }
        String reason =
                statuses.latest(pod.ref().uid()).stream()
                        .flatMap(s ->
                                Stream.of(
                                                s.getInitContainerStatuses(),
                                                s.getContainerStatuses(),
                                                s.getEphemeralContainerStatuses())
                                        .flatMap(List::stream))
                        .filter(c -> c.getName().equals(name))
                        .map(ContainerLogs::waitingReason)
                        .findFirst()
                        .orElse("");
        return switch (reason) {
            case "" -> container + " is waiting to start - no logs yet";
            case "ErrImagePull" -> container + " is waiting to start: image can't be pulled";
            case "ImagePullBackOff" ->
                    container + " is waiting to start: trying and failing to pull image";
            default -> container + " is waiting to start: " + reason;
        };
    }

    private static String waitingReason(ContainerStatus c) {
        return c.getState().getWaiting() == null
                ? ""
                : Optional.ofNullable(c.getState().getWaiting().getReason()).orElse("");
    }

    private void serve(HttpExchange x, DesiredPod pod, ObservedContainer container, LogQuery query)
            throws IOException, InterruptedException {
        Path file = Path.of(container.status().logPath()).normalize();
        if (!file.startsWith(podLogs) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            x.respondText(
                    404,
                    "failed to try resolving symlinks in path \""
                            + file
                            + "\": no such log file\n");
            return;
        }
        OutputStream out = x.stream(200, "text/plain");
        try (out) {
            LogLines lines =
                    new LogLines(
                            out,
                            query.timestamps(),
                            query.since(),
                            query.limit().orElse(Long.MAX_VALUE));
            // The headers leave at once: a follower may wait long for the first line.
            out.flush();
            copy(x, pod, container, query, file, lines, out);
        }
    }

    private void copy(
            HttpExchange x,
            DesiredPod pod,
            ObservedContainer container,
            LogQuery query,
            Path file,
            LogLines lines,
            OutputStream out)
            throws IOException, InterruptedException {
        SeekableByteChannel in = open(file);
        try {
            in.position(
                    query.tail().isPresent() ? LogTail.offset(in, query.tail().getAsLong()) : 0);
            boolean last = false;
            while (!lines.full() && !x.clientGone()) {
                long read = drain(in, lines);
                out.flush();
                if (read > 0) {
                    continue;
                }
                if (!query.follow() || last) {
                    return;
                }
                Optional<SeekableByteChannel> rotated = rotated(file, in);
                if (rotated.isPresent()) {
                    in.close();
                    in = rotated.get();
                    continue;
                }
                last = !isRunning(pod, container);
                if (!last) {
                    ticks.sleep(POLL);
                }
            }
        } finally {
            in.close();
        }
    }

    private boolean isRunning(DesiredPod pod, ObservedContainer container) {
        return view.of(pod.ref().uid()).containers().stream()
                .anyMatch(c -> c.id().equals(container.id()) && c.isRunning());
    }

    private static long drain(SeekableByteChannel in, LogLines lines) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long total = 0;
        for (int n = in.read(block); n > 0 && !lines.full(); n = in.read(block)) {
            lines.write(block.array(), n);
            block.clear();
            total += n;
        }
        return total;
    }

    /** After a rotation the path leads to a new, shorter file. */
    private static Optional<SeekableByteChannel> rotated(Path file, SeekableByteChannel in)
            throws IOException {
        try {
            if (Files.size(file) >= in.position()) {
                return Optional.empty();
            }
            return Optional.of(open(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static SeekableByteChannel open(Path file) throws IOException {
        return Files.newByteChannel(
                file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
}
