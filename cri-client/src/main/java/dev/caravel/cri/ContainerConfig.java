package dev.caravel.cri;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the runtime needs to make a container (kubelet contract §4.5).
 *
 * @param command empty for the entry point of the image
 * @param args empty for the arguments of the image
 * @param logPath relative to the sandbox's log directory
 * @param cdiDevices fully qualified CDI names
 * @param stopSignal signal name as in the pod API ({@code SIGTERM}, {@code SIGRTMIN+1}); absent for
 *     the runtime's choice
 */
public record ContainerConfig(
        ContainerMetadata metadata,
        ImageSpec image,
        List<String> command,
        List<String> args,
        String workingDir,
        List<EnvVar> envs,
        List<Mount> mounts,
        List<Device> devices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        boolean stdin,
        boolean stdinOnce,
        boolean tty,
        Optional<LinuxResources> resources,
        Optional<LinuxContainerSecurityContext> securityContext,
        List<String> cdiDevices,
        Optional<String> stopSignal) {
    public ContainerConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        envs = List.copyOf(envs);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        cdiDevices = List.copyOf(cdiDevices);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder(ContainerMetadata metadata, ImageSpec image) {
        return new Builder(metadata, image);
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder(metadata, image)
                .command(command)
                .args(args)
                .workingDir(workingDir)
                .envs(envs)
                .mounts(mounts)
                .devices(devices)
                .labels(labels)
                .annotations(annotations)
                .logPath(logPath)
                .stdin(stdin)
                .stdinOnce(stdinOnce)
                .tty(tty)
                .resources(resources)
                .securityContext(securityContext)
                .cdiDevices(cdiDevices)
                .stopSignal(stopSignal);
    }

    /** Names the components of a {@link ContainerConfig} one at a time. */
    public static final class Builder {
        private final ContainerMetadata metadata;
        private final ImageSpec image;
        private List<String> command = List.of();
        private List<String> args = List.of();
        private String workingDir = "";
        private List<EnvVar> envs = List.of();
        private List<Mount> mounts = List.of();
        private List<Device> devices = List.of();
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private String logPath = "";
        private boolean stdin = false;
        private boolean stdinOnce = false;
        private boolean tty = false;
        private Optional<LinuxResources> resources = Optional.empty();
        private Optional<LinuxContainerSecurityContext> securityContext = Optional.empty();
        private List<String> cdiDevices = List.of();
        private Optional<String> stopSignal = Optional.empty();

        private Builder(ContainerMetadata metadata, ImageSpec image) {
            this.metadata = metadata;
            this.image = image;
        }

        public Builder command(List<String> value) {
            command = value;
            return this;
        }

        public Builder args(List<String> value) {
            args = value;
            return this;
        }

        public Builder workingDir(String value) {
            workingDir = value;
            return this;
        }

        public Builder envs(List<EnvVar> value) {
            envs = value;
            return this;
        }

        public Builder mounts(List<Mount> value) {
            mounts = value;
            return this;
        }

        public Builder devices(List<Device> value) {
            devices = value;
            return this;
        }

        public Builder labels(Map<String, String> value) {
            labels = value;
            return this;
        }

        public Builder annotations(Map<String, String> value) {
            annotations = value;
            return this;
        }

        public Builder logPath(String value) {
            logPath = value;
            return this;
        }

        public Builder stdin(boolean value) {
            stdin = value;
            return this;
        }

        public Builder stdinOnce(boolean value) {
            stdinOnce = value;
            return this;
        }

        public Builder tty(boolean value) {
            tty = value;
            return this;
        }

        public Builder resources(Optional<LinuxResources> value) {
            resources = value;
            return this;
        }

        public Builder resources(LinuxResources value) {
            resources = Optional.of(value);
            return this;
        }

        public Builder securityContext(Optional<LinuxContainerSecurityContext> value) {
            securityContext = value;
            return this;
        }

        public Builder securityContext(LinuxContainerSecurityContext value) {
            securityContext = Optional.of(value);
            return this;
        }

        public Builder cdiDevices(List<String> value) {
            cdiDevices = value;
            return this;
        }

        public Builder stopSignal(Optional<String> value) {
            stopSignal = value;
            return this;
        }

        public Builder stopSignal(String value) {
            stopSignal = Optional.of(value);
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    metadata,
                    image,
                    command,
                    args,
                    workingDir,
                    envs,
                    mounts,
                    devices,
                    labels,
                    annotations,
                    logPath,
                    stdin,
                    stdinOnce,
                    tty,
                    resources,
                    securityContext,
                    cdiDevices,
                    stopSignal);
        }
    }
}
