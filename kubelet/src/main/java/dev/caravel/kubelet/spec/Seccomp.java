package dev.caravel.kubelet.spec;

import dev.caravel.cri.SecurityProfile;
import dev.caravel.kubelet.facts.NodeFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The seccomp profile of a container: its own, else the pod's, else the node's default. A profile
 * that cannot be understood is refused rather than dropped, since dropping it would let the
 * container do more than it asked for.
 */
final class Seccomp {
    private Seccomp() {}

    static SecurityProfile of(Pod pod, Container container, NodeFacts node)
            throws ContainerConfigException {
        SeccompProfile wanted = wanted(pod, container);
        if (wanted == null) {
            return node.security().seccompDefault()
                    ? SecurityProfile.runtimeDefault()
                    : SecurityProfile.unconfined();
        }
        String type = wanted.getType() == null ? "" : wanted.getType();
        return switch (type) {
            case "RuntimeDefault" -> SecurityProfile.runtimeDefault();
            case "Unconfined" -> SecurityProfile.unconfined();
            case "Localhost" ->
                    SecurityProfile.localhost(
                            file(wanted.getLocalhostProfile(), node.paths().seccompProfiles()));
            default ->
                    throw new ContainerConfigException(
                            "unknown seccomp profile type: \"" + type + "\"");
        };
    }

    private static @Nullable SeccompProfile wanted(Pod pod, Container container) {
        if (container.getSecurityContext() != null
                && container.getSecurityContext().getSeccompProfile() != null) {
            return container.getSecurityContext().getSeccompProfile();
        }
        return pod.getSpec().getSecurityContext() == null
                ? null
                : pod.getSpec().getSecurityContext().getSeccompProfile();
    }

    private static String file(@Nullable String profile, Path folder)
            throws ContainerConfigException {
        if (profile == null || profile.isEmpty()) {
            throw new ContainerConfigException(
                    "localhostProfile must be set if seccompProfile type is Localhost.");
        }
        try {
            Path path = Path.of(profile);
            Path file = folder.resolve(path).normalize();
            if (!path.isAbsolute() && file.startsWith(folder) && !file.equals(folder)) {
                return file.toString();
            }
        } catch (InvalidPathException e) {
            throw new ContainerConfigException(outside(profile), e);
        }
        throw new ContainerConfigException(outside(profile));
    }

    private static String outside(String profile) {
        return "seccomp localhostProfile \""
                + profile
                + "\" must be a relative path below the node's seccomp folder";
    }
}
