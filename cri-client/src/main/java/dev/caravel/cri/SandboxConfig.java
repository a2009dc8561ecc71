package dev.caravel.cri;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the runtime needs to make a pod's sandbox (kubelet contract §4.4).
 *
 * @param logDirectory absolute path that holds the log files of the containers
 */
public record SandboxConfig(
        SandboxMetadata metadata,
        String hostname,
        String logDirectory,
        Optional<DnsConfig> dnsConfig,
        List<PortMapping> portMappings,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<LinuxSandboxConfig> linux) {
    public SandboxConfig {
        portMappings = List.copyOf(portMappings);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder(SandboxMetadata metadata) {
        return new Builder(metadata);
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder(metadata)
                .hostname(hostname)
                .logDirectory(logDirectory)
                .dnsConfig(dnsConfig)
                .portMappings(portMappings)
                .labels(labels)
                .annotations(annotations)
                .linux(linux);
    }

    /** Names the components of a {@link SandboxConfig} one at a time. */
    public static final class Builder {
        private final SandboxMetadata metadata;
        private String hostname = "";
        private String logDirectory = "";
        private Optional<DnsConfig> dnsConfig = Optional.empty();
        private List<PortMapping> portMappings = List.of();
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private Optional<LinuxSandboxConfig> linux = Optional.empty();

        private Builder(SandboxMetadata metadata) {
            this.metadata = metadata;
        }

        public Builder hostname(String value) {
            hostname = value;
            return this;
        }

        public Builder logDirectory(String value) {
            logDirectory = value;
            return this;
        }

        public Builder dnsConfig(Optional<DnsConfig> value) {
            dnsConfig = value;
            return this;
        }

        public Builder dnsConfig(DnsConfig value) {
            dnsConfig = Optional.of(value);
            return this;
        }

        public Builder portMappings(List<PortMapping> value) {
            portMappings = value;
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

        public Builder linux(Optional<LinuxSandboxConfig> value) {
            linux = value;
            return this;
        }

        public Builder linux(LinuxSandboxConfig value) {
            linux = Optional.of(value);
            return this;
        }

        public SandboxConfig build() {
            return new SandboxConfig(
                    metadata,
                    hostname,
                    logDirectory,
                    dnsConfig,
                    portMappings,
                    labels,
                    annotations,
                    linux);
        }
    }
}
