package dev.caravel.cri;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container in full.
 *
 * @param startedAt absent until the container was started
 * @param finishedAt absent until the container ended; may lie a little before {@code startedAt},
 *     which containerd notes later, when the process ended at once
 * @param exitCode meaningful only with {@code finishedAt}
 * @param imageRef digest reference of the image
 * @param reason one word why it is in this state, such as {@code OOMKilled}; may be empty
 * @param logPath absolute path of the log
 * @param info free text of the runtime, only filled when asked for
 */
public record ContainerStatus(
        String id,
        ContainerMetadata metadata,
        ContainerState state,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int exitCode,
        ImageSpec image,
        String imageRef,
        String imageId,
        String reason,
        String message,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Mount> mounts,
        String logPath,
        Optional<LinuxResources> resources,
        Optional<ContainerUser> user,
        Optional<String> stopSignal,
        Map<String, String> info) {
    public ContainerStatus {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        mounts = List.copyOf(mounts);
        info = Map.copyOf(info);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder(
            String id,
            ContainerMetadata metadata,
            ContainerState state,
            Instant createdAt,
            ImageSpec image) {
        return new Builder(id, metadata, state, createdAt, image);
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder(id, metadata, state, createdAt, image)
                .startedAt(startedAt)
                .finishedAt(finishedAt)
                .exitCode(exitCode)
                .imageRef(imageRef)
                .imageId(imageId)
                .reason(reason)
                .message(message)
                .labels(labels)
                .annotations(annotations)
                .mounts(mounts)
                .logPath(logPath)
                .resources(resources)
                .user(user)
                .stopSignal(stopSignal)
                .info(info);
    }

    /** Names the components of a {@link ContainerStatus} one at a time. */
    public static final class Builder {
        private final String id;
        private final ContainerMetadata metadata;
        private ContainerState state;
        private final Instant createdAt;
        private final ImageSpec image;
        private Optional<Instant> startedAt = Optional.empty();
        private Optional<Instant> finishedAt = Optional.empty();
        private int exitCode = 0;
        private String imageRef = "";
        private String imageId = "";
        private String reason = "";
        private String message = "";
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private List<Mount> mounts = List.of();
        private String logPath = "";
        private Optional<LinuxResources> resources = Optional.empty();
        private Optional<ContainerUser> user = Optional.empty();
        private Optional<String> stopSignal = Optional.empty();
        private Map<String, String> info = Map.of();

        private Builder(
                String id,
                ContainerMetadata metadata,
                ContainerState state,
                Instant createdAt,
                ImageSpec image) {
            this.id = id;
            this.metadata = metadata;
            this.state = state;
            this.createdAt = createdAt;
            this.image = image;
        }

        public Builder state(ContainerState value) {
            state = value;
            return this;
        }

        public Builder startedAt(Optional<Instant> value) {
            startedAt = value;
            return this;
        }

        public Builder startedAt(Instant value) {
            startedAt = Optional.of(value);
            return this;
        }

        public Builder finishedAt(Optional<Instant> value) {
            finishedAt = value;
            return this;
        }

        public Builder finishedAt(Instant value) {
            finishedAt = Optional.of(value);
            return this;
        }

        public Builder exitCode(int value) {
            exitCode = value;
            return this;
        }

        public Builder imageRef(String value) {
            imageRef = value;
            return this;
        }

        public Builder imageId(String value) {
            imageId = value;
            return this;
        }

        public Builder reason(String value) {
            reason = value;
            return this;
        }

        public Builder message(String value) {
            message = value;
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

        public Builder mounts(List<Mount> value) {
            mounts = value;
            return this;
        }

        public Builder logPath(String value) {
            logPath = value;
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

        public Builder user(Optional<ContainerUser> value) {
            user = value;
            return this;
        }

        public Builder user(ContainerUser value) {
            user = Optional.of(value);
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

        public Builder info(Map<String, String> value) {
            info = value;
            return this;
        }

        public ContainerStatus build() {
            return new ContainerStatus(
                    id,
                    metadata,
                    state,
                    createdAt,
                    startedAt,
                    finishedAt,
                    exitCode,
                    image,
                    imageRef,
                    imageId,
                    reason,
                    message,
                    labels,
                    annotations,
                    mounts,
                    logPath,
                    resources,
                    user,
                    stopSignal,
                    info);
        }
    }
}
