package dev.caravel.kubelet.agent;

import dev.caravel.config.gates.Gate;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.kubelet.userns.IdRange;
import dev.caravel.kubelet.userns.SubordinateIds;
import dev.caravel.kubelet.userns.UserNamespaces;
import java.io.IOException;
import java.nio.file.Path;

/** User namespaces of pods put together from configuration and host. */
final class UserNamespaceParts {

    private UserNamespaceParts() {}

    /**
     * Finds the range and what pods have of it.
     *
     * @throws IOException when the administrator's range cannot be used
     */
    static UserNamespaces open(KubeletSettings.Loaded settings)
            throws IOException, InterruptedException {
        long block =
                settings.config().userNamespaces().stream()
                        .flatMapToLong(u -> u.idsPerPod().stream())
                        .findFirst()
                        .orElse(IdRange.UNIT);
        boolean enabled = settings.gates().enabled(Gate.UserNamespacesSupport);
        Path pods = settings.flags().rootDir().resolve("pods");
        IdRange range = enabled ? SubordinateIds.ofHost().range(block) : IdRange.wholeHost(block);
        try {
            return UserNamespaces.open(pods, range.checked(settings.config().maxPods()));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
