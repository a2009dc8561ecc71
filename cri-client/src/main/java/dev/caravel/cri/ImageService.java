package dev.caravel.cri;

import java.util.Optional;

/**
 * The image side of the runtime (CRI v1 ImageService), which may listen on a socket of its own.
 * Calls block, are cancelled by interrupting the calling thread and throw {@link
 * RuntimeCallException}, as those of {@link ContainerRuntime} do.
 */
public interface ImageService extends AutoCloseable {
    Listing<Image> listImages();

    /** The image if it is in the store. */
    Optional<Image> imageStatus(ImageSpec image);

    /**
     * Fetches an image. There is no deadline: a registry may be slow; interrupt the thread to give
     * up.
     *
     * @param sandbox the pod that needs it, when there is one
     * @return what {@link #imageStatus} and {@link ContainerConfig} take to find it again, mostly
     *     its id
     */
    String pullImage(
            ImageSpec image,
            Optional<RegistryCredentials> credentials,
            Optional<SandboxConfig> sandbox);

    /** Removes an image; one that does not exist is fine. */
    void removeImage(ImageSpec image);

    ImageFsInfo imageFsInfo();

    /** Cancels what runs and frees the connection. */
    @Override
    void close();
}
