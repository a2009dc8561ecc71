package dev.caravel.csi;

import java.util.Map;

/**
 * Show a volume to a pod.
 *
 * @param volumeId the driver's name of the volume
 * @param publishContext what attaching gave
 * @param stagingPath where it is staged, empty if it is not
 * @param targetPath where the driver shall make it appear; only its parent exists
 * @param readOnly whether the pod may only read
 * @param secrets never logged
 * @param volumeContext attributes of the volume and, if the driver wants them, of the pod
 */
public record PublishRequest(
        String volumeId,
        Map<String, String> publishContext,
        String stagingPath,
        String targetPath,
        VolumeCapability capability,
        boolean readOnly,
        Map<String, String> secrets,
        Map<String, String> volumeContext) {
    public PublishRequest {
        publishContext = Map.copyOf(publishContext);
        secrets = Map.copyOf(secrets);
        volumeContext = Map.copyOf(volumeContext);
    }

    @Override
    public String toString() {
        return "PublishRequest[" + volumeId + " at " + targetPath + "]";
    }
}
