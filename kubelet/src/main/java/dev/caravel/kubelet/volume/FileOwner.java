package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.OptionalLong;

/** Whom the files of a pod's volumes shall belong to. */
public final class FileOwner {
    private FileOwner() {}

    /** {@code spec.securityContext.fsGroup}. */
    public static OptionalLong group(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        return context == null || context.getFsGroup() == null
                ? OptionalLong.empty()
                : OptionalLong.of(context.getFsGroup());
    }

    /** Whether {@code fsGroupChangePolicy} spares volumes whose root already fits. */
    public static boolean onlyOnRootMismatch(Pod pod) {
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        return context != null && "OnRootMismatch".equals(context.getFsGroupChangePolicy());
    }

    /**
     * The user all containers run as, when it is the same explicit one for all: the only one who
     * needs to read the pod's credentials.
     */
    public static OptionalLong user(Pod pod) {
        OptionalLong common = OptionalLong.empty();
        for (PodContainer container : PodContainer.all(pod)) {
            OptionalLong user = runAsUser(pod, container);
            if (user.isEmpty() || (common.isPresent() && !common.equals(user))) {
                return OptionalLong.empty();
            }
            common = user;
        }
        return common;
    }

    private static OptionalLong runAsUser(Pod pod, PodContainer container) {
        SecurityContext own = container.spec().getSecurityContext();
        if (own != null && own.getRunAsUser() != null) {
            return OptionalLong.of(own.getRunAsUser());
        }
        PodSecurityContext shared = pod.getSpec().getSecurityContext();
        return shared == null || shared.getRunAsUser() == null
                ? OptionalLong.empty()
                : OptionalLong.of(shared.getRunAsUser());
    }
}
