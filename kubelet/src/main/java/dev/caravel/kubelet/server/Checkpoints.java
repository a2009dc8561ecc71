package dev.caravel.kubelet.server;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** {@code /checkpoint}: saves a running container to an archive on this node (KEP-2008). */
final class Checkpoints {

    private final PodStore store;
    private final RuntimeView view;
    private final ContainerRuntime runtime;
    private final Path folder;
    private final Ticks ticks;

    /**
     * @param folder where the archives go; made when first needed, for root alone
     */
    Checkpoints(
            PodStore store, RuntimeView view, ContainerRuntime runtime, Path folder, Ticks ticks) {
        this.store = store;
        this.view = view;
        this.runtime = runtime;
        this.folder = folder;
        this.ticks = ticks;
    }

    void handle(HttpExchange x) throws IOException {
        List<String> path = GoPaths.segments(x);
        String container = path.get(3);
        Optional<DesiredPod> pod = store.byFullName(path.get(1) + "/" + path.get(2));
        if (pod.isEmpty()) {
            x.respondText(404, "pod does not exist");
            return;
        }
        if (PodContainer.byName(pod.get().pod(), container).isEmpty()) {
            x.respondText(404, "container " + container + " does not exist");
            return;
        }
        List<String> timeouts = x.query().all("timeout");
        long seconds;
        try {
            seconds = timeouts.isEmpty() ? 0 : Long.parseLong(timeouts.getLast());
        } catch (NumberFormatException e) {
            x.respondText(404, "cannot parse value of timeout parameter");
            return;
        }
        save(x, pod.get(), container, Duration.ofSeconds(Math.max(0, seconds)));
    }

    private void save(HttpExchange x, DesiredPod pod, String container, Duration timeout)
            throws IOException {
        String what = pod.ref().namespace() + "/" + pod.ref().name() + "/" + container;
        Optional<ObservedContainer> running =
                view.of(pod.ref().uid()).newest(container).filter(ObservedContainer::isRunning);
        if (running.isEmpty()) {
            x.respondText(
                    500,
                    "checkpointing of %s failed (container %s not found)"
                            .formatted(what, container));
            return;
        }
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path archive =
                folder.resolve(
                        "checkpoint-%s_%s-%s-%s.tar"
                                .formatted(
                                        pod.ref().name(),
                                        pod.ref().namespace(),
                                        container,
                                        ticks.now().truncatedTo(ChronoUnit.SECONDS)));
        try {
            runtime.checkpointContainer(running.get().id(), archive.toString(), timeout);
        } catch (RuntimeCallException e) {
            x.respondText(500, "checkpointing of %s failed (%s)".formatted(what, e.detail()));
            return;
        }
        x.respond(
                200,
                "application/json",
                ("{\"items\":[\"" + archive + "\"]}").getBytes(StandardCharsets.UTF_8));
    }
}
