package dev.caravel.cri;

import java.util.List;
import java.util.Optional;

/**
 * A file, folder or image shown inside a container.
 *
 * @param hostPath empty for image volumes
 * @param recursiveReadOnly also submounts are read-only; the runtime refuses what it cannot do
 * @param image the image of an image volume (KEP-4639)
 * @param imageSubPath folder of the image, empty for its root
 */
public record Mount(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean selinuxRelabel,
        MountPropagation propagation,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        boolean recursiveReadOnly,
        Optional<ImageSpec> image,
        String imageSubPath,
        List<String> mountOptions) {
    public Mount {
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        mountOptions = List.copyOf(mountOptions);
    }

    /** Starts a bind mount of {@code hostPath}. */
    public static Builder bind(String hostPath, String containerPath) {
        return builder(containerPath).hostPath(hostPath);
    }

    /** Starts one with everything that is not named here absent, empty or zero. */
    public static Builder builder(String containerPath) {
        return new Builder(containerPath);
    }

    /** A copy to change: every component starts with the value it has here. */
    public Builder toBuilder() {
        return builder(containerPath)
                .hostPath(hostPath)
                .readonly(readonly)
                .selinuxRelabel(selinuxRelabel)
                .propagation(propagation)
                .uidMappings(uidMappings)
                .gidMappings(gidMappings)
                .recursiveReadOnly(recursiveReadOnly)
                .image(image)
                .imageSubPath(imageSubPath)
                .mountOptions(mountOptions);
    }

    /** Names the components of a {@link Mount} one at a time. */
    public static final class Builder {
        private final String containerPath;
        private String hostPath = "";
        private boolean readonly = false;
        private boolean selinuxRelabel = false;
        private MountPropagation propagation = MountPropagation.PRIVATE;
        private List<IdMapping> uidMappings = List.of();
        private List<IdMapping> gidMappings = List.of();
        private boolean recursiveReadOnly = false;
        private Optional<ImageSpec> image = Optional.empty();
        private String imageSubPath = "";
        private List<String> mountOptions = List.of();

        private Builder(String containerPath) {
            this.containerPath = containerPath;
        }

        public Builder hostPath(String value) {
            hostPath = value;
            return this;
        }

        public Builder readonly(boolean value) {
            readonly = value;
            return this;
        }

        public Builder selinuxRelabel(boolean value) {
            selinuxRelabel = value;
            return this;
        }

        public Builder propagation(MountPropagation value) {
            propagation = value;
            return this;
        }

        public Builder uidMappings(List<IdMapping> value) {
            uidMappings = value;
            return this;
        }

        public Builder gidMappings(List<IdMapping> value) {
            gidMappings = value;
            return this;
        }

        public Builder recursiveReadOnly(boolean value) {
            recursiveReadOnly = value;
            return this;
        }

        public Builder image(Optional<ImageSpec> value) {
            image = value;
            return this;
        }

        public Builder image(ImageSpec value) {
            image = Optional.of(value);
            return this;
        }

        public Builder imageSubPath(String value) {
            imageSubPath = value;
            return this;
        }

        public Builder mountOptions(List<String> value) {
            mountOptions = value;
            return this;
        }

        public Mount build() {
            return new Mount(
                    containerPath,
                    hostPath,
                    readonly,
                    selinuxRelabel,
                    propagation,
                    uidMappings,
                    gidMappings,
                    recursiveReadOnly,
                    image,
                    imageSubPath,
                    mountOptions);
        }
    }
}
