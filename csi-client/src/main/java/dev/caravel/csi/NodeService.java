package dev.caravel.csi;

import java.util.Set;

/**
 * The node service of one driver. Every call blocks for at most two minutes, is idempotent, and may
 * be interrupted; an interrupted call counts as uncertain.
 */
public interface NodeService {

    /** What the driver calls this node. */
    NodeInfo info() throws CsiException, InterruptedException;

    /** What the driver can do; capabilities this kubelet does not know are left out. */
    Set<NodeCapability> capabilities() throws CsiException, InterruptedException;

    /** NodeStageVolume. */
    void stage(StageRequest request) throws CsiException, InterruptedException;

    /** NodeUnstageVolume. */
    void unstage(String volumeId, String stagingPath) throws CsiException, InterruptedException;

    /** NodePublishVolume. */
    void publish(PublishRequest request) throws CsiException, InterruptedException;

    /** NodeUnpublishVolume. */
    void unpublish(String volumeId, String targetPath) throws CsiException, InterruptedException;

    /** NodeGetVolumeStats. */
    VolumeStats stats(String volumeId, String volumePath, String stagingPath)
            throws CsiException, InterruptedException;

    /**
     * NodeExpandVolume.
     *
     * @return the size it has now in bytes, 0 when the driver does not say
     */
    long expand(ExpandRequest request) throws CsiException, InterruptedException;
}
