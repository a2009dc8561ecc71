package dev.caravel.csi;

import java.util.Map;

/**
 * Let the file system of a volume grow to the size the volume has got.
 *
 * @param volumePath where a pod sees it
 * @param stagingPath where it is staged, empty if it is not
 * @param bytes the wanted size
 * @param secrets never logged
 */
public record ExpandRequest(
        String volumeId,
        String volumePath,
        String stagingPath,
        long bytes,
        VolumeCapability capability,
        Map<String, String> secrets) {
    public ExpandRequest {
        secrets = Map.copyOf(secrets);
    }

    @Override
    public String toString() {
        return "ExpandRequest[" + volumeId + " to " + bytes + "]";
    }
}
