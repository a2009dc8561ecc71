package dev.caravel.cri.grpc;

import dev.caravel.cri.Capabilities;
import dev.caravel.cri.IdMapping;
import dev.caravel.cri.LinuxContainerSecurityContext;
import dev.caravel.cri.LinuxSandboxSecurityContext;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.SecurityProfile;
import dev.caravel.cri.SelinuxOptions;
import dev.caravel.cri.SupplementalGroupsPolicy;
import dev.caravel.cri.UserNamespace;
import dev.caravel.proto.cri.Capability;
import dev.caravel.proto.cri.Int64Value;
import dev.caravel.proto.cri.NamespaceOption;
import dev.caravel.proto.cri.SELinuxOption;
import java.util.List;
import java.util.Optional;

/** Namespaces, identities and profiles on the wire. */
final class SecurityWire {
    private SecurityWire() {}

    static dev.caravel.proto.cri.LinuxSandboxSecurityContext toWire(
            LinuxSandboxSecurityContext context) {
        var wire =
                dev.caravel.proto.cri.LinuxSandboxSecurityContext.newBuilder()
                        .setReadonlyRootfs(context.readonlyRootfs())
                        .addAllSupplementalGroups(context.supplementalGroups())
                        .setSupplementalGroupsPolicy(toWire(context.supplementalGroupsPolicy()))
                        .setPrivileged(context.privileged());
        context.namespaceOptions().ifPresent(n -> wire.setNamespaceOptions(toWire(n)));
        context.selinuxOptions().ifPresent(s -> wire.setSelinuxOptions(toWire(s)));
        context.runAsUser().ifPresent(u -> wire.setRunAsUser(toWire(u)));
        context.runAsGroup().ifPresent(g -> wire.setRunAsGroup(toWire(g)));
        context.seccomp().ifPresent(p -> wire.setSeccomp(toWire(p)));
        context.apparmor().ifPresent(p -> wire.setApparmor(toWire(p)));
        return wire.build();
    }

    static dev.caravel.proto.cri.LinuxContainerSecurityContext toWire(
            LinuxContainerSecurityContext context) {
        var wire =
                dev.caravel.proto.cri.LinuxContainerSecurityContext.newBuilder()
                        .setPrivileged(context.privileged())
                        .setRunAsUsername(context.runAsUsername())
                        .setReadonlyRootfs(context.readonlyRootfs())
                        .addAllSupplementalGroups(context.supplementalGroups())
                        .setSupplementalGroupsPolicy(toWire(context.supplementalGroupsPolicy()))
                        .setNoNewPrivs(context.noNewPrivs())
                        .addAllMaskedPaths(context.maskedPaths())
                        .addAllReadonlyPaths(context.readonlyPaths());
        context.capabilities().ifPresent(c -> wire.setCapabilities(toWire(c)));
        context.namespaceOptions().ifPresent(n -> wire.setNamespaceOptions(toWire(n)));
        context.selinuxOptions().ifPresent(s -> wire.setSelinuxOptions(toWire(s)));
        context.runAsUser().ifPresent(u -> wire.setRunAsUser(toWire(u)));
        context.runAsGroup().ifPresent(g -> wire.setRunAsGroup(toWire(g)));
        context.seccomp().ifPresent(p -> wire.setSeccomp(toWire(p)));
        context.apparmor().ifPresent(p -> setAppArmor(wire, p));
        return wire.build();
    }

    /** The profile and its older text form, which runtimes from before CRI 1.23 read instead. */
    @SuppressWarnings("deprecation") // the older field is the point
    private static void setAppArmor(
            dev.caravel.proto.cri.LinuxContainerSecurityContext.Builder wire,
            SecurityProfile profile) {
        wire.setApparmor(toWire(profile));
        wire.setApparmorProfile(
                switch (profile.type()) {
                    case RUNTIME_DEFAULT -> "runtime/default";
                    case UNCONFINED -> "unconfined";
                    case LOCALHOST -> "localhost/" + profile.localhostRef();
                });
    }

    private static Int64Value toWire(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    private static Capability toWire(Capabilities capabilities) {
        return Capability.newBuilder()
                .addAllAddCapabilities(capabilities.add())
                .addAllDropCapabilities(capabilities.drop())
                .addAllAddAmbientCapabilities(capabilities.addAmbient())
                .build();
    }

    private static SELinuxOption toWire(SelinuxOptions options) {
        return SELinuxOption.newBuilder()
                .setUser(options.user())
                .setRole(options.role())
                .setType(options.type())
                .setLevel(options.level())
                .build();
    }

    private static dev.caravel.proto.cri.SecurityProfile toWire(SecurityProfile profile) {
        var type =
                switch (profile.type()) {
                    case RUNTIME_DEFAULT ->
                            dev.caravel.proto.cri.SecurityProfile.ProfileType.RuntimeDefault;
                    case UNCONFINED -> dev.caravel.proto.cri.SecurityProfile.ProfileType.Unconfined;
                    case LOCALHOST -> dev.caravel.proto.cri.SecurityProfile.ProfileType.Localhost;
                };
        return dev.caravel.proto.cri.SecurityProfile.newBuilder()
                .setProfileType(type)
                .setLocalhostRef(profile.localhostRef())
                .build();
    }

    private static dev.caravel.proto.cri.SupplementalGroupsPolicy toWire(
            SupplementalGroupsPolicy policy) {
        return switch (policy) {
            case MERGE -> dev.caravel.proto.cri.SupplementalGroupsPolicy.Merge;
            case STRICT -> dev.caravel.proto.cri.SupplementalGroupsPolicy.Strict;
        };
    }

    private static NamespaceOption toWire(NamespaceOptions options) {
        var wire =
                NamespaceOption.newBuilder()
                        .setNetwork(toWire(options.network()))
                        .setPid(toWire(options.pid()))
                        .setIpc(toWire(options.ipc()))
                        .setTargetId(options.targetId());
        options.userNamespace()
                .ifPresent(user ->
                        wire.setUsernsOptions(
                                dev.caravel.proto.cri.UserNamespace.newBuilder()
                                        .setMode(toWire(user.mode()))
                                        .addAllUids(toWire(user.uids()))
                                        .addAllGids(toWire(user.gids()))));
        return wire.build();
    }

    private static dev.caravel.proto.cri.NamespaceMode toWire(NamespaceMode mode) {
        return switch (mode) {
            case POD -> dev.caravel.proto.cri.NamespaceMode.POD;
            case CONTAINER -> dev.caravel.proto.cri.NamespaceMode.CONTAINER;
            case NODE -> dev.caravel.proto.cri.NamespaceMode.NODE;
            case TARGET -> dev.caravel.proto.cri.NamespaceMode.TARGET;
        };
    }

    static List<dev.caravel.proto.cri.IDMapping> toWire(List<IdMapping> mappings) {
        return mappings.stream()
                .map(m ->
                        dev.caravel.proto.cri.IDMapping.newBuilder()
                                .setHostId((int) m.hostId())
                                .setContainerId((int) m.containerId())
                                .setLength((int) m.length())
                                .build())
                .toList();
    }

    static List<IdMapping> read(List<dev.caravel.proto.cri.IDMapping> mappings) {
        return mappings.stream()
                .map(m ->
                        new IdMapping(
                                Integer.toUnsignedLong(m.getHostId()),
                                Integer.toUnsignedLong(m.getContainerId()),
                                Integer.toUnsignedLong(m.getLength())))
                .toList();
    }

    static NamespaceOptions read(NamespaceOption options) {
        Optional<UserNamespace> user =
                options.hasUsernsOptions()
                        ? Optional.of(
                                new UserNamespace(
                                        read(options.getUsernsOptions().getMode()),
                                        read(options.getUsernsOptions().getUidsList()),
                                        read(options.getUsernsOptions().getGidsList())))
                        : Optional.empty();
        return new NamespaceOptions(
                read(options.getNetwork()),
                read(options.getPid()),
                read(options.getIpc()),
                options.getTargetId(),
                user);
    }

    /**
     * A mode from a newer CRI cannot be compared with what a pod wants, so it makes the answer
     * unusable.
     */
    private static NamespaceMode read(dev.caravel.proto.cri.NamespaceMode mode) {
        return switch (mode) {
            case POD -> NamespaceMode.POD;
            case CONTAINER -> NamespaceMode.CONTAINER;
            case NODE -> NamespaceMode.NODE;
            case TARGET -> NamespaceMode.TARGET;
            case UNRECOGNIZED -> throw new Answer.Unusable("a namespace mode is unknown");
        };
    }
}
