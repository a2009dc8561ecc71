package dev.caravel.kubelet.explain;

import dev.caravel.kubelet.worker.Explanation;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command that tells most about the trouble a container is in. */
final class Advice {

    private static final int MOST = 3;

    private Advice() {}

    static List<String> of(Explanation e) {
        Set<String> commands = new LinkedHashSet<>();
        Stream.concat(
                        e.status().getInitContainerStatuses().stream(),
                        e.status().getContainerStatuses().stream())
                .forEach(s -> command(e, s).ifPresent(commands::add));
        List<String> lines = new ArrayList<>();
        commands.stream().limit(MOST).forEach(c -> lines.add("  " + c));
        return lines;
    }

    private static Optional<String> command(Explanation e, ContainerStatus s) {
        String pod = "kubectl -n %s %%s %s".formatted(e.pod().ref().namespace(), "%s");
        String name = e.pod().ref().name();
        if (s.getState() == null) {
            return Optional.empty();
        }
        String logs = pod.formatted("logs", name + " -c " + s.getName());
        String reason = reason(s.getState().getWaiting());
        return switch (reason) {
            case "ErrImagePull", "ImagePullBackOff" -> Optional.of("crictl pull " + s.getImage());
            case "CrashLoopBackOff", "RunContainerError" -> Optional.of(logs + " --previous");
            case "CreateContainerConfigError", "CreateContainerError" ->
                    Optional.of(pod.formatted("describe", "pod " + name));
            default ->
                    s.getState().getRunning() != null && !Boolean.TRUE.equals(s.getReady())
                            ? Optional.of(logs)
                            : Optional.empty();
        };
    }

    private static String reason(@Nullable ContainerStateWaiting waiting) {
        return waiting == null || waiting.getReason() == null ? "" : waiting.getReason();
    }
}
