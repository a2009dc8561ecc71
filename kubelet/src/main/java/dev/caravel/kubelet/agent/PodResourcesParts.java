package dev.caravel.kubelet.agent;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.podresources.PodResourcesService;
import dev.caravel.kubelet.rpc.RateLimit;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.PodWorkers;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The pod-resources API put together. */
final class PodResourcesParts {

    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    private PodResourcesParts() {}

    /** Serves on {@code <root>/pod-resources/kubelet.sock}. */
    static AutoCloseable start(Path rootDir, DeviceParts devices, PodWorkers workers, Ticks ticks)
            throws IOException {
        Path folder = rootDir.resolve("pod-resources");
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        PodResourcesService service =
                new PodResourcesService(() -> active(workers), devices.devices());
        return devices.rpc()
                .serve(
                        folder.resolve("kubelet.sock"),
                        List.of(service, service.alpha()),
                        new RateLimit(ticks));
    }

    private static List<Pod> active(PodWorkers workers) {
        return workers.explainAll().stream()
                .filter(e -> !isOver(e))
                .map(e -> e.pod().pod())
                .toList();
    }

    private static boolean isOver(Explanation e) {
        String phase = e.status().getPhase();
        return (phase != null && OVER.contains(phase))
                || e.plan().filter(Plan::released).isPresent();
    }
}
