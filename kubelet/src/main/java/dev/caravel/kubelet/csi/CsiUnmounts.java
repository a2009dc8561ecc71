package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeService;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Takes volumes with a filesystem from pods, by what is on disk alone. */
final class CsiUnmounts {
    private final CsiNode node;
    private final CsiDrivers drivers;
    private final CsiStaging staging;
    private final UsedVolumes used;

    CsiUnmounts(CsiNode node, CsiDrivers drivers, CsiStaging staging) {
        this.node = node;
        this.drivers = drivers;
        this.staging = staging;
        this.used = new UsedVolumes(node);
    }

    /** Takes a volume from a pod, and off the node with the last pod. */
    void unmount(String podUid, String specName) throws VolumeException, InterruptedException {
        Path folder = node.paths().volume(podUid, CsiNames.PLUGIN, specName);
        Path target = folder.resolve(CsiMounts.MOUNT);
        try {
            Optional<VolumeData> data = VolumeData.read(folder, node.files());
            if (data.isEmpty()) {
                // Nothing was ever asked of a driver, or all of it is undone.
                boolean _ = node.mounts().unmount(target);
                node.removeUnmounted(target);
                return;
            }
            unpublish(podUid, specName, data.get(), target);
        } catch (CsiException | IOException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    private void unpublish(String podUid, String specName, VolumeData data, Path target)
            throws VolumeException, CsiException, IOException, InterruptedException {
        NodeService service = drivers.service(data.driver());
        try (KeyedLocks.Held _ = staging.hold(data.driver(), data.handle())) {
            service.unpublish(data.handle(), target.toString());
            node.removeUnmounted(target);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new VolumeException(
                        "driver "
                                + data.driver()
                                + " has unpublished volume "
                                + data.handle()
                                + ", but something is still mounted at "
                                + target);
            }
            if (!data.ephemeral() && !used.byOthers(podUid, specName)) {
                staging.unstage(data.driver(), data.handle());
            }
        }
    }
}
