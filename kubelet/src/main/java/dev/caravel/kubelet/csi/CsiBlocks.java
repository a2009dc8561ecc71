package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PublishRequest;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Raw block volumes of drivers. Below {@code plugins/kubernetes.io/csi/volumeDevices}: {@code
 * staging/<volume>}, {@code publish/<volume>/<pod>}, {@code <volume>/dev/<pod>} and {@code
 * <volume>/data}.
 */
final class CsiBlocks {
    private final CsiNode node;
    private final CsiDrivers drivers;
    private final CsiStaging staging;
    private final CsiSecrets secrets;

    CsiBlocks(CsiNode node, CsiDrivers drivers, CsiStaging staging, CsiSecrets secrets) {
        this.node = node;
        this.drivers = drivers;
        this.staging = staging;
        this.secrets = secrets;
    }

    /** Gives a device to a pod; the volume's lock must be held. */
    PreparedVolume map(VolumeRequest request, CsiCall call)
            throws VolumeException, InterruptedException {
        CsiVolume volume = call.volume();
        Path published = publish(volume.specName(), request.uid());
        Path link = node.paths().device(request.uid(), CsiNames.PLUGIN, volume.specName());
        Map<String, String> secret = secrets.read(volume.publishSecret(), "NodePublishSecretRef");
        try {
            Path data = data(volume.specName());
            Folders.create(data, Folders.PRIVATE);
            VolumeData.published(volume, node.name()).write(data);
            String staged = staging.stage(call, OptionalLong.empty(), stage(volume.specName()));
            Folders.create(Objects.requireNonNull(published.getParent()), Folders.PRIVATE);
            call.service()
                    .publish(
                            new PublishRequest(
                                    volume.handle(),
                                    call.context(),
                                    staged,
                                    published.toString(),
                                    CsiStaging.capability(
                                            volume, call.capabilities(), OptionalLong.empty()),
                                    volume.readOnly(),
                                    secret,
                                    volume.attributes()));
            node.devices().map(published, link, use(volume.specName(), request.uid()));
            return new PreparedVolume.BlockDevice(link, volume.readOnly());
        } catch (CsiException | IOException e) {
            throw VolumeException.during("MapVolume.SetUpDevice", e);
        }
    }

    /** Takes a device from a pod, and off the node with the last pod. */
    void unmap(String podUid, String specName) throws VolumeException, InterruptedException {
        Path link = node.paths().device(podUid, CsiNames.PLUGIN, specName);
        Path published = publish(specName, podUid);
        try {
            Optional<VolumeData> data = VolumeData.read(data(specName), node.files());
            if (data.isEmpty()) {
                node.devices().unmap(link, use(specName, podUid));
                return;
            }
            NodeService service = drivers.service(data.get().driver());
            try (KeyedLocks.Held _ = staging.hold(data.get().driver(), data.get().handle())) {
                // The bind and the loop device hold the device; they go before the driver's part.
                node.devices().unmap(link, use(specName, podUid));
                service.unpublish(data.get().handle(), published.toString());
                Files.deleteIfExists(published);
                if (Listing.isEmpty(Objects.requireNonNull(published.getParent()))) {
                    takeOff(specName, data.get(), service);
                }
            }
        } catch (CsiException | IOException e) {
            throw VolumeException.during("UnmapVolume.UnmapDevice", e);
        }
    }

    private void takeOff(String specName, VolumeData data, NodeService service)
            throws CsiException, IOException, InterruptedException {
        Path staged = stage(specName);
        if (Files.exists(staged, LinkOption.NOFOLLOW_LINKS)
                && service.capabilities().contains(NodeCapability.STAGE_UNSTAGE_VOLUME)) {
            service.unstage(data.handle(), staged.toString());
        }
        Files.deleteIfExists(staged);
        Files.deleteIfExists(Objects.requireNonNull(publish(specName, "x").getParent()));
        Files.deleteIfExists(data(specName).resolve(VolumeData.FILE));
        Files.deleteIfExists(data(specName));
        Files.deleteIfExists(root().resolve(specName));
        staging.forgetStaged(CsiNames.uniqueName(data.driver(), data.handle()));
    }

    /** The volumes that data files tell of. */
    Map<String, VolumeData> usedOnDisk() {
        Map<String, VolumeData> found = new TreeMap<>();
        for (Path volume : Listing.folders(root())) {
            Listing.data(volume.resolve("data"), node)
                    .ifPresent(data ->
                            found.put(CsiNames.uniqueName(data.driver(), data.handle()), data));
        }
        return found;
    }

    private Path root() {
        return CsiNames.blocks(node.paths().root());
    }

    private Path stage(String specName) {
        return root().resolve("staging").resolve(specName);
    }

    private Path publish(String specName, String podUid) {
        return root().resolve("publish").resolve(specName).resolve(podUid);
    }

    private Path use(String specName, String podUid) {
        return root().resolve(specName).resolve("dev").resolve(podUid);
    }

    private Path data(String specName) {
        return root().resolve(specName).resolve("data");
    }
}
