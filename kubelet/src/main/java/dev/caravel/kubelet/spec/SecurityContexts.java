package dev.caravel.kubelet.spec;

import dev.caravel.cri.Capabilities;
import dev.caravel.cri.LinuxContainerSecurityContext;
import dev.caravel.cri.LinuxSandboxSecurityContext;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.SecurityProfile;
import dev.caravel.cri.SelinuxOptions;
import dev.caravel.cri.SupplementalGroupsPolicy;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What confines the containers and the sandbox of a pod. The rule above all: never less confined
 * than asked. Whatever cannot be understood is refused.
 */
final class SecurityContexts {
    private static final long MAX_UID = Integer.MAX_VALUE;

    /** Also the list of other runtimes (moby oci/defaults.go); what leaks or changes the host. */
    private static final List<String> MASKED =
            List.of(
                    "/proc/asound",
                    "/proc/acpi",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/sys/firmware",
                    "/sys/devices/virtual/powercap");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private SecurityContexts() {}

    /** The sandbox's own context, which the pod's containers do not inherit. */
    static LinuxSandboxSecurityContext sandbox(Pod pod, NodeFacts node, SandboxInputs inputs)
            throws ContainerConfigException {
        LinuxSandboxSecurityContext.Builder result =
                LinuxSandboxSecurityContext.builder()
                        .privileged(anyPrivileged(pod))
                        .seccomp(SecurityProfile.runtimeDefault());
        PodSecurityContext common = pod.getSpec().getSecurityContext();
        NamespaceOptions namespaces =
                PodNamespaces.of(pod, node, inputs.runtimeHandler(), inputs.userNamespace());
        result.namespaceOptions(namespaces);
        if (common != null) {
            result.runAsUser(id("runAsUser", common.getRunAsUser()))
                    .runAsGroup(id("runAsGroup", common.getRunAsGroup()))
                    .supplementalGroupsPolicy(groupsPolicy(common))
                    .selinuxOptions(
                            Optional.ofNullable(common.getSeLinuxOptions())
                                    .map(SecurityContexts::selinux));
        }
        List<Long> groups = new ArrayList<>();
        addFsGroup(groups, common);
        groups.addAll(inputs.extraGroups());
        addSupplementalGroups(groups, common);
        return result.supplementalGroups(groups).build();
    }

    /** The context of one container. */
    static LinuxContainerSecurityContext container(
            Pod pod, PodContainer container, NodeFacts node, ContainerInputs inputs)
            throws ContainerConfigException {
        EffectiveSecurity wanted = EffectiveSecurity.of(pod, container.spec());
        refuseRoot(pod, container, wanted, inputs.imageUser());
        LinuxContainerSecurityContext.Builder result =
                LinuxContainerSecurityContext.builder()
                        .privileged(PodNamespaces.isSet(wanted.own().getPrivileged()))
                        .readonlyRootfs(
                                PodNamespaces.isSet(wanted.own().getReadOnlyRootFilesystem()))
                        .noNewPrivs(wanted.noNewPrivileges())
                        .selinuxOptions(wanted.selinux().map(SecurityContexts::selinux))
                        .capabilities(capabilities(wanted))
                        .seccomp(Seccomp.of(pod, container.spec(), node))
                        .apparmor(AppArmor.of(pod, container.spec()))
                        .runAsGroup(id("runAsGroup", wanted.runAsGroup()))
                        .namespaceOptions(namespaces(pod, container, node, inputs));
        if (wanted.runAsUser().isPresent()) {
            result.runAsUser(id("runAsUser", wanted.runAsUser()));
        } else {
            result.runAsUser(inputs.imageUser().uid()).runAsUsername(inputs.imageUser().name());
        }
        if (!wanted.unmaskedProc()) {
            List<String> masked = new ArrayList<>(MASKED);
            masked.addAll(node.security().thermalThrottlePaths());
            result.maskedPaths(masked).readonlyPaths(READ_ONLY);
        }
        PodSecurityContext common = pod.getSpec().getSecurityContext();
        List<Long> groups = new ArrayList<>();
        addFsGroup(groups, common);
        addSupplementalGroups(groups, common);
        groups.addAll(inputs.extraGroups());
        if (common != null) {
            result.supplementalGroupsPolicy(groupsPolicy(common));
        }
        return result.supplementalGroups(groups).build();
    }

    private static NamespaceOptions namespaces(
            Pod pod, PodContainer container, NodeFacts node, ContainerInputs inputs)
            throws ContainerConfigException {
        NamespaceOptions shared =
                PodNamespaces.of(pod, node, inputs.runtimeHandler(), inputs.userNamespace());
        if (container.targetContainer().isEmpty() || shared.pid() != NamespaceMode.CONTAINER) {
            return shared;
        }
        if (inputs.targetContainerId().isEmpty()) {
            throw new ContainerConfigException(
                    "unable to find target container " + container.targetContainer().get());
        }
        return new NamespaceOptions(
                shared.network(),
                NamespaceMode.TARGET,
                shared.ipc(),
                inputs.targetContainerId().get(),
                shared.userNamespace());
    }

    private static void refuseRoot(
            Pod pod, PodContainer container, EffectiveSecurity wanted, ImageUser image)
            throws ContainerConfigException {
        if (!wanted.runAsNonRoot()) {
            return;
        }
        String where = " (pod: \"" + podText(pod) + "\", container: " + container.name() + ")";
        if (wanted.runAsUser().isPresent()) {
            if (wanted.runAsUser().getAsLong() == 0) {
                throw new ContainerConfigException(
                        "container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        if (image.uid().isEmpty()) {
            throw new ContainerConfigException(
                    "container has runAsNonRoot and image has non-numeric user ("
                            + image.name()
                            + "), cannot verify user is non-root"
                            + where);
        }
        long uid = image.uid().getAsLong();
        if (uid == 0) {
            throw new ContainerConfigException(
                    "container has runAsNonRoot and image will run as root" + where);
        }
        if (uid < 0 || uid > MAX_UID) {
            throw new ContainerConfigException(
                    "container has runAsNonRoot and image has an invalid user id ("
                            + uid
                            + "). (Must be 1-("
                            + MAX_UID
                            + ")): must be between 0 and "
                            + MAX_UID
                            + ", inclusive"
                            + where);
        }
    }

    /** {@code name_namespace(uid)}, as upstream's messages name a pod. */
    static String podText(Pod pod) {
        return pod.getMetadata().getName()
                + "_"
                + pod.getMetadata().getNamespace()
                + "("
                + pod.getMetadata().getUid()
                + ")";
    }

    private static Optional<Capabilities> capabilities(EffectiveSecurity wanted) {
        return Optional.ofNullable(wanted.own().getCapabilities())
                .map(c -> new Capabilities(c.getAdd(), c.getDrop(), List.of()));
    }

    private static SelinuxOptions selinux(SELinuxOptions options) {
        return new SelinuxOptions(
                text(options.getUser()),
                text(options.getRole()),
                text(options.getType()),
                text(options.getLevel()));
    }

    private static SupplementalGroupsPolicy groupsPolicy(PodSecurityContext common)
            throws ContainerConfigException {
        String policy = common.getSupplementalGroupsPolicy();
        return switch (policy) {
            case null -> SupplementalGroupsPolicy.MERGE;
            case "Merge" -> SupplementalGroupsPolicy.MERGE;
            case "Strict" -> SupplementalGroupsPolicy.STRICT;
            default ->
                    throw new ContainerConfigException(
                            "unsupported supplementalGroupsPolicy: " + policy);
        };
    }

    private static void addFsGroup(List<Long> groups, @Nullable PodSecurityContext common) {
        if (common != null && common.getFsGroup() != null) {
            groups.add(common.getFsGroup());
        }
    }

    private static void addSupplementalGroups(
            List<Long> groups, @Nullable PodSecurityContext common) {
        if (common != null && common.getSupplementalGroups() != null) {
            groups.addAll(common.getSupplementalGroups());
        }
    }

    private static boolean anyPrivileged(Pod pod) {
        return PodContainer.all(pod).stream()
                .anyMatch(c ->
                        c.spec().getSecurityContext() != null
                                && PodNamespaces.isSet(
                                        c.spec().getSecurityContext().getPrivileged()));
    }

    private static OptionalLong id(String field, @Nullable Long id)
            throws ContainerConfigException {
        return id(field, id == null ? OptionalLong.empty() : OptionalLong.of(id));
    }

    /** A negative id would wrap around to some other user in the runtime. */
    private static OptionalLong id(String field, OptionalLong id) throws ContainerConfigException {
        if (id.isPresent() && id.getAsLong() < 0) {
            throw new ContainerConfigException(
                    field + " must not be negative, but is " + id.getAsLong());
        }
        return id;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
