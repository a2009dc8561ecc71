package dev.caravel.csi;

import java.util.Map;

/**
 * Mount a volume once for the node.
 *
 * @param volumeId the driver's name of the volume
 * @param publishContext what attaching gave
 * @param stagingPath where; exists
 * @param secrets never logged
 * @param volumeContext attributes of the volume
 */
public record StageRequest(
        String volumeId,
        Map<String, String> publishContext,
        String stagingPath,
        VolumeCapability capability,
        Map<String, String> secrets,
        Map<String, String> volumeContext) {
    public StageRequest {
        publishContext = Map.copyOf(publishContext);
        secrets = Map.copyOf(secrets);
        volumeContext = Map.copyOf(volumeContext);
    }

    @Override
    public String toString() {
        return "StageRequest[" + volumeId + " at " + stagingPath + "]";
    }
}
