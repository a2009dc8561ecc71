package dev.caravel.kubelet.csi;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Which mounted volumes the pods of this node use, by what is on disk. */
final class UsedVolumes {
    private final CsiNode node;

    UsedVolumes(CsiNode node) {
        this.node = node;
    }

    /** Whether a pod other than {@code podUid} uses a volume. */
    boolean byOthers(String podUid, String specName) {
        for (Path pod : Listing.folders(node.paths().pods())) {
            String uid = pod.getFileName().toString();
            if (!uid.equals(podUid)
                    && Files.exists(
                            node.paths().volume(uid, CsiNames.PLUGIN, specName),
                            LinkOption.NOFOLLOW_LINKS)) {
                return true;
            }
        }
        return false;
    }

    /** The data of every volume that may be detached, by unique name. */
    Map<String, VolumeData> onDisk() {
        Map<String, VolumeData> used = new TreeMap<>();
        for (Path pod : Listing.folders(node.paths().pods())) {
            Path all = pod.resolve("volumes").resolve(CsiNames.PLUGIN.replace('/', '~'));
            for (Path volume : Listing.folders(all)) {
                Listing.data(volume, node)
                        .filter(data -> !data.ephemeral())
                        .ifPresent(data ->
                                used.put(CsiNames.uniqueName(data.driver(), data.handle()), data));
            }
        }
        return used;
    }
}
