package dev.caravel.kubelet.env;

import dev.caravel.kubelet.pod.PodRef;
import java.io.IOException;
import java.util.Optional;

/**
 * Small files inside the mounted volumes of a pod. Containers write there, so an implementation
 * resolves the path below the volume's root and nowhere else, and reads no more than asked for.
 */
public interface VolumeFiles {
    /**
     * The content of a file.
     *
     * @param path relative to the volume's root
     * @param maxBytes larger files are refused
     * @return empty when the pod has no such volume, or it is not mounted
     * @throws IOException when there is no such file, it is too large, or leads outside the volume
     */
    Optional<byte[]> read(PodRef pod, String volume, String path, int maxBytes) throws IOException;
}
