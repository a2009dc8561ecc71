package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.status.StatusPublisher;
import dev.caravel.linux.fs.SafeFiles;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * {@code /containerLogs}: the log of one container, from its file, followed if asked (contract
 * §9.7).
 */
final class ContainerLogs implements AutoCloseable {

    /** Followers look this often even when nothing wakes them. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** The runtime may write the last lines to the old file when the new one is there already. */
    private static final Duration SETTLE = Duration.ofMillis(100);

    /** Log files open at once; each costs a descriptor and a block of memory. */
    private static final int OPEN = 256;

    private final PodStore store;
    private final RuntimeView view;
    private final StatusPublisher statuses;
    private final Path podLogs;
    private final SafeFiles files;
    private final Ticks ticks;
    private final LogWatch watch = new LogWatch();
    private final Semaphore room = new Semaphore(OPEN);

    ContainerLogs(
            PodStore store,
            RuntimeView view,
            StatusPublisher statuses,
            Path podLogs,
            SafeFiles files,
            Ticks ticks) {
        this.store = store;
        this.view = view;
        this.statuses = statuses;
        this.podLogs = podLogs;
        this.files = files;
        this.ticks = ticks;
    }

    void handle(HttpExchange x) throws IOException, InterruptedException {
        List<String> parts = GoPaths.segments(x);
        switch (LogQuery.parse(x.query(), ticks.now())) {
            case LogQuery.Parsed.Bad(int status, String text) -> x.respondText(status, text);
            case LogQuery.Parsed.Good(LogQuery query) -> find(x, parts, query);
        }
    }

    private void find(HttpExchange x, List<String> path, LogQuery query)
            throws IOException, InterruptedException {
        String name = path.get(3);
        Optional<DesiredPod> found = store.byFullName(path.get(1) + "/" + path.get(2));
        if (found.isEmpty()) {
            x.respondText(404, "pod \"" + path.get(2) + "\" does not exist");
            return;
        }
        DesiredPod pod = found.get();
        if (PodContainer.byName(pod.pod(), name).isEmpty()) {
            x.respondText(
                    404, "container \"" + name + "\" not found in pod \"" + path.get(2) + "\"");
            return;
        }
        PodStatus status =
                statuses.latest(pod.ref().uid())
                        .or(() -> Optional.ofNullable(pod.pod().getStatus()))
                        .orElseGet(PodStatus::new);
        switch (LogTarget.choose(pod.ref().name(), status, name, query.previous())) {
            case LogTarget.None(String text) -> x.respondText(400, text);
            case LogTarget.Found(String id) -> {
                Optional<ObservedContainer> container = container(pod, id);
                if (container.isEmpty()) {
                    x.respondText(
                            400,
                            "container \"%s\" in pod \"%s\": the runtime has no container %s any more"
                                    .formatted(name, pod.ref().name(), id));
                    return;
                }
                serve(x, pod, container.get(), query);
            }
        }
    }

    private Optional<ObservedContainer> container(DesiredPod pod, String id) {
        return view.of(pod.ref().uid()).containers().stream()
                .filter(c -> c.id().equals(id))
                .findFirst();
    }

    private void serve(HttpExchange x, DesiredPod pod, ObservedContainer container, LogQuery query)
            throws IOException, InterruptedException {
        Path file = Path.of(container.status().logPath()).normalize();
        if (!file.startsWith(podLogs)) {
            x.respondText(
                    400, "log file \"" + file + "\" is not below \"" + podLogs + "\"; not read");
            return;
        }
        if (!room.tryAcquire()) {
            x.respondText(429, "too many logs are being read (" + OPEN + "); try again later");
            return;
        }
        try {
            LogFile opened;
            try {
                opened = new LogFile(files, podLogs, podLogs.relativize(file).toString());
            } catch (IOException e) {
                x.respondText(400, "failed to open log file \"" + file + "\": " + e.getMessage());
                return;
            }
            try (opened) {
                copy(x, opened, file, query, () -> runs(pod, container.id()));
            }
        } finally {
            room.release();
        }
    }

    private boolean runs(DesiredPod pod, String id) {
        return container(pod, id).filter(ObservedContainer::isRunning).isPresent();
    }

    private interface Liveness {
        boolean runs();
    }

    private void copy(HttpExchange x, LogFile file, Path path, LogQuery query, Liveness container)
            throws IOException, InterruptedException {
        if (query.tail().isPresent()) {
            file.tail(query.tail().getAsLong());
        }
        OutputStream out = x.stream(200, "text/plain; charset=utf-8");
        LogLines lines =
                new LogLines(
                        out,
                        query.timestamps(),
                        query.since(),
                        query.follow() ? Long.MAX_VALUE : query.tail().orElse(Long.MAX_VALUE),
                        query.limit().orElse(Long.MAX_VALUE));
        if (!query.follow()) {
            file.drain(lines);
            out.close();
            return;
        }
        // The headers leave at once: a follower may wait long for the first line.
        out.flush();
        Path folder = Optional.ofNullable(path.getParent()).orElse(podLogs);
        try (LogWatch.Follower follower = watch.follow(folder)) {
            x.onClientGone(follower::wake);
            follow(x, file, lines, out, container, follower);
        }
        out.close();
    }

    private void follow(
            HttpExchange x,
            LogFile file,
            LogLines lines,
            OutputStream out,
            Liveness container,
            LogWatch.Follower follower)
            throws IOException, InterruptedException {
        while (true) {
            // Asked before reading: what was written before the end is read after it.
            boolean runs = container.runs();
            if (file.drain(lines) > 0) {
                out.flush();
            }
            if (!runs && file.followRotation(lines)) {
                // Rotated since, and there may be more behind it: a slow reader gets all of it.
                continue;
            }
            if (lines.full() || x.clientGone() || !runs) {
                return;
            }
            if (follower.await(LOOK) && file.rotated()) {
                ticks.sleep(SETTLE);
                if (file.followRotation(lines)) {
                    out.flush();
                }
            }
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
