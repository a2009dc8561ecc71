package dev.caravel.kubelet.spec;

import dev.caravel.cri.SecurityProfile;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The AppArmor profile of a container: its field, else the old annotation (static pods may still
 * carry it), else the pod's field. Nothing asked for leaves the choice to the runtime.
 */
public final class AppArmor {
    /** Prefix of the annotation that names a container's profile; the container's name follows. */
    public static final String ANNOTATION_PREFIX =
            "container.apparmor.security.beta.kubernetes.io/";

    private static final String RUNTIME_DEFAULT = "runtime/default";
    private static final String UNCONFINED = "unconfined";
    private static final String LOCALHOST_PREFIX = "localhost/";

    private AppArmor() {}

    /** The profile the runtime is to use, empty for its own choice. */
    static Optional<SecurityProfile> of(Pod pod, Container container)
            throws ContainerConfigException {
        AppArmorProfile own =
                container.getSecurityContext() == null
                        ? null
                        : container.getSecurityContext().getAppArmorProfile();
        if (own != null) {
            return Optional.of(of(own));
        }
        String annotation = annotation(pod, container.getName());
        if (annotation != null) {
            return Optional.of(ofAnnotation(annotation));
        }
        AppArmorProfile common =
                pod.getSpec().getSecurityContext() == null
                        ? null
                        : pod.getSpec().getSecurityContext().getAppArmorProfile();
        return common == null ? Optional.empty() : Optional.of(of(common));
    }

    private static SecurityProfile of(AppArmorProfile profile) throws ContainerConfigException {
        String type = profile.getType() == null ? "" : profile.getType();
        return switch (type) {
            case "RuntimeDefault" -> SecurityProfile.runtimeDefault();
            case "Unconfined" -> SecurityProfile.unconfined();
            case "Localhost" -> localhost(profile.getLocalhostProfile());
            default ->
                    throw new ContainerConfigException(
                            "unknown apparmor profile type: \"" + type + "\"");
        };
    }

    private static SecurityProfile ofAnnotation(String value) throws ContainerConfigException {
        if (value.equals(RUNTIME_DEFAULT)) {
            return SecurityProfile.runtimeDefault();
        }
        if (value.equals(UNCONFINED)) {
            return SecurityProfile.unconfined();
        }
        if (value.startsWith(LOCALHOST_PREFIX)) {
            return localhost(value.substring(LOCALHOST_PREFIX.length()));
        }
        throw new ContainerConfigException("invalid AppArmor profile name: \"" + value + "\"");
    }

    private static SecurityProfile localhost(@Nullable String name)
            throws ContainerConfigException {
        if (name == null || name.isBlank()) {
            throw new ContainerConfigException("missing localhost apparmor profile name");
        }
        return SecurityProfile.localhost(name);
    }

    private static @Nullable String annotation(Pod pod, String container) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(ANNOTATION_PREFIX + container);
    }
}
