package dev.caravel.kubelet.spec;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A container's security context laid over that of its pod: what the container says wins.
 *
 * @param runAsUser asked for, empty for the image's user
 * @param runAsNonRoot whether running as root must be refused
 * @param own what only containers can say; never missing
 */
record EffectiveSecurity(
        OptionalLong runAsUser,
        OptionalLong runAsGroup,
        boolean runAsNonRoot,
        Optional<SELinuxOptions> selinux,
        SecurityContext own) {

    static EffectiveSecurity of(Pod pod, Container container) {
        PodSecurityContext common =
                Optional.ofNullable(pod.getSpec().getSecurityContext())
                        .orElseGet(() -> new PodSecurityContextBuilder().build());
        SecurityContext own =
                Optional.ofNullable(container.getSecurityContext())
                        .orElseGet(() -> new SecurityContextBuilder().build());
        return new EffectiveSecurity(
                first(own.getRunAsUser(), common.getRunAsUser()),
                first(own.getRunAsGroup(), common.getRunAsGroup()),
                PodNamespaces.isSet(
                        own.getRunAsNonRoot() != null
                                ? own.getRunAsNonRoot()
                                : common.getRunAsNonRoot()),
                Optional.ofNullable(own.getSeLinuxOptions())
                        .or(() -> Optional.ofNullable(common.getSeLinuxOptions())),
                own);
    }

    /** Only an explicit no to privilege escalation sets the kernel's no_new_privs. */
    boolean noNewPrivileges() {
        return own.getAllowPrivilegeEscalation() != null && !own.getAllowPrivilegeEscalation();
    }

    boolean unmaskedProc() {
        return "Unmasked".equals(own.getProcMount());
    }

    private static OptionalLong first(Long own, Long common) {
        Long value = own != null ? own : common;
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
