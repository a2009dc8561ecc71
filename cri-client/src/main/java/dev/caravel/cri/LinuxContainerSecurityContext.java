package dev.caravel.cri;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Security settings of one container.
 *
 * @param runAsUsername user of the image, only when {@code runAsUser} is absent; else empty
 */
public record LinuxContainerSecurityContext(
        Optional<Capabilities> capabilities,
        boolean privileged,
        Optional<NamespaceOptions> namespaceOptions,
        Optional<SelinuxOptions> selinuxOptions,
        OptionalLong runAsUser,
        OptionalLong runAsGroup,
        String runAsUsername,
        boolean readonlyRootfs,
        List<Long> supplementalGroups,
        SupplementalGroupsPolicy supplementalGroupsPolicy,
        boolean noNewPrivs,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<SecurityProfile> seccomp,
        Optional<SecurityProfile> apparmor) {
    public LinuxContainerSecurityContext {
        supplementalGroups = List.copyOf(supplementalGroups);
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder() {
        return new Builder();
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder()
                .capabilities(capabilities)
                .privileged(privileged)
                .namespaceOptions(namespaceOptions)
                .selinuxOptions(selinuxOptions)
                .runAsUser(runAsUser)
                .runAsGroup(runAsGroup)
                .runAsUsername(runAsUsername)
                .readonlyRootfs(readonlyRootfs)
                .supplementalGroups(supplementalGroups)
                .supplementalGroupsPolicy(supplementalGroupsPolicy)
                .noNewPrivs(noNewPrivs)
                .maskedPaths(maskedPaths)
                .readonlyPaths(readonlyPaths)
                .seccomp(seccomp)
                .apparmor(apparmor);
    }

    /** Names the components of a {@link LinuxContainerSecurityContext} one at a time. */
    public static final class Builder {
        private Optional<Capabilities> capabilities = Optional.empty();
        private boolean privileged = false;
        private Optional<NamespaceOptions> namespaceOptions = Optional.empty();
        private Optional<SelinuxOptions> selinuxOptions = Optional.empty();
        private OptionalLong runAsUser = OptionalLong.empty();
        private OptionalLong runAsGroup = OptionalLong.empty();
        private String runAsUsername = "";
        private boolean readonlyRootfs = false;
        private List<Long> supplementalGroups = List.of();
        private SupplementalGroupsPolicy supplementalGroupsPolicy = SupplementalGroupsPolicy.MERGE;
        private boolean noNewPrivs = false;
        private List<String> maskedPaths = List.of();
        private List<String> readonlyPaths = List.of();
        private Optional<SecurityProfile> seccomp = Optional.empty();
        private Optional<SecurityProfile> apparmor = Optional.empty();

        private Builder() {}

        public Builder capabilities(Optional<Capabilities> value) {
            capabilities = value;
            return this;
        }

        public Builder capabilities(Capabilities value) {
            capabilities = Optional.of(value);
            return this;
        }

        public Builder privileged(boolean value) {
            privileged = value;
            return this;
        }

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

        public Builder runAsUsername(String value) {
            runAsUsername = value;
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

        public Builder noNewPrivs(boolean value) {
            noNewPrivs = value;
            return this;
        }

        public Builder maskedPaths(List<String> value) {
            maskedPaths = value;
            return this;
        }

        public Builder readonlyPaths(List<String> value) {
            readonlyPaths = value;
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

        public LinuxContainerSecurityContext build() {
            return new LinuxContainerSecurityContext(
                    capabilities,
                    privileged,
                    namespaceOptions,
                    selinuxOptions,
                    runAsUser,
                    runAsGroup,
                    runAsUsername,
                    readonlyRootfs,
                    supplementalGroups,
                    supplementalGroupsPolicy,
                    noNewPrivs,
                    maskedPaths,
                    readonlyPaths,
                    seccomp,
                    apparmor);
        }
    }
}
