package dev.caravel.cri;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Security settings of the sandbox container and of what the pod shares.
 *
 * @param privileged whether any container of the pod is
 */
public record LinuxSandboxSecurityContext(
        Optional<NamespaceOptions> namespaceOptions,
        Optional<SelinuxOptions> selinuxOptions,
        OptionalLong runAsUser,
        OptionalLong runAsGroup,
        boolean readonlyRootfs,
        List<Long> supplementalGroups,
        SupplementalGroupsPolicy supplementalGroupsPolicy,
        boolean privileged,
        Optional<SecurityProfile> seccomp,
        Optional<SecurityProfile> apparmor) {
    public LinuxSandboxSecurityContext {
        supplementalGroups = List.copyOf(supplementalGroups);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder() {
        return new Builder();
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder()
                .namespaceOptions(namespaceOptions)
                .selinuxOptions(selinuxOptions)
                .runAsUser(runAsUser)
                .runAsGroup(runAsGroup)
                .readonlyRootfs(readonlyRootfs)
                .supplementalGroups(supplementalGroups)
                .supplementalGroupsPolicy(supplementalGroupsPolicy)
                .privileged(privileged)
                .seccomp(seccomp)
                .apparmor(apparmor);
    }

    /** Names the components of a {@link LinuxSandboxSecurityContext} one at a time. */
    public static final class Builder {
        private Optional<NamespaceOptions> namespaceOptions = Optional.empty();
        private Optional<SelinuxOptions> selinuxOptions = Optional.empty();
        private OptionalLong runAsUser = OptionalLong.empty();
        private OptionalLong runAsGroup = OptionalLong.empty();
        private boolean readonlyRootfs = false;
        private List<Long> supplementalGroups = List.of();
        private SupplementalGroupsPolicy supplementalGroupsPolicy = SupplementalGroupsPolicy.MERGE;
        private boolean privileged = false;
        private Optional<SecurityProfile> seccomp = Optional.empty();
        private Optional<SecurityProfile> apparmor = Optional.empty();

        private Builder() {}

        public Builder namespaceOptions(Optional<NamespaceOptions> value) {
            namespaceOptions = value;
            return this;
        }

        public Builder namespaceOptions(NamespaceOptions value) {
            namespaceOptions = Optional.of(value);
            return this;
        }

        public Builder selinuxOptions(Optional<SelinuxOptions> value) {
            selinuxOptions = value;
            return this;
        }

        public Builder selinuxOptions(SelinuxOptions value) {
            selinuxOptions = Optional.of(value);
            return this;
        }

        public Builder runAsUser(OptionalLong value) {
            runAsUser = value;
            return this;
        }

        public Builder runAsUser(long value) {
            runAsUser = OptionalLong.of(value);
            return this;
        }

        public Builder runAsGroup(OptionalLong value) {
            runAsGroup = value;
            return this;
        }

        public Builder runAsGroup(long value) {
            runAsGroup = OptionalLong.of(value);
            return this;
        }

        public Builder readonlyRootfs(boolean value) {
            readonlyRootfs = value;
            return this;
        }

        public Builder supplementalGroups(List<Long> value) {
            supplementalGroups = value;
            return this;
        }

        public Builder supplementalGroupsPolicy(SupplementalGroupsPolicy value) {
            supplementalGroupsPolicy = value;
            return this;
        }

        public Builder privileged(boolean value) {
            privileged = value;
            return this;
        }

        public Builder seccomp(Optional<SecurityProfile> value) {
            seccomp = value;
            return this;
        }

        public Builder seccomp(SecurityProfile value) {
            seccomp = Optional.of(value);
            return this;
        }

        public Builder apparmor(Optional<SecurityProfile> value) {
            apparmor = value;
            return this;
        }

        public Builder apparmor(SecurityProfile value) {
            apparmor = Optional.of(value);
            return this;
        }

        public LinuxSandboxSecurityContext build() {
            return new LinuxSandboxSecurityContext(
                    namespaceOptions,
                    selinuxOptions,
                    runAsUser,
                    runAsGroup,
                    readonlyRootfs,
                    supplementalGroups,
                    supplementalGroupsPolicy,
                    privileged,
                    seccomp,
                    apparmor);
        }
    }
}
