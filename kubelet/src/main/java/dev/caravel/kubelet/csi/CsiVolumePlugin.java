package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.VolumeStats;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code csi}: volumes of drivers (kubelet.md §7.4). A persistent volume is attached by a
 * controller, staged once for the node and published to each pod; an inline one is only published.
 */
public final class CsiVolumePlugin implements VolumePlugin {
    private static final Logger log = LoggerFactory.getLogger(CsiVolumePlugin.class);

    /** How long the API server may take to show a volume as in use. */
    private static final Duration REPORT_LIMIT = Duration.ofMinutes(1);

    private final CsiNode node;
    private final CsiDrivers drivers;
    private final CsiDriverSpecs specs;
    private final CsiStaging staging;
    private final CsiMounts mounts;
    private final CsiUnmounts unmounts;
    private final CsiBlocks blocks;
    private final CsiAttaching attaching;

    /** Drivers that want to be called again and again. */
    private final Set<String> republishing = ConcurrentHashMap.newKeySet();

    CsiVolumePlugin(
            CsiNode node,
            CsiDrivers drivers,
            CsiDriverSpecs specs,
            CsiSecrets secrets,
            CsiStaging staging,
            CsiAttaching attaching,
            Clock clock) {
        this.node = node;
        this.drivers = drivers;
        this.specs = specs;
        this.staging = staging;
        this.mounts = new CsiMounts(node, staging, secrets, clock);
        this.unmounts = new CsiUnmounts(node, drivers, staging);
        this.blocks = new CsiBlocks(node, drivers, staging, secrets);
        this.attaching = attaching;
    }

    /** Waits until a volume may be used here. */
    @FunctionalInterface
    interface CsiAttaching {
        /** What attaching gave, for the driver. */
        Map<String, String> await(CsiVolume volume, Duration reportLimit)
                throws VolumeException, InterruptedException;
    }

    @Override
    public String name() {
        return CsiNames.PLUGIN;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return CsiVolume.isOne(volume);
    }

    @Override
    public boolean follows(PodVolume volume) {
        String driver =
                volume.persistentVolume()
                        .map(pv -> pv.getSpec().getCsi().getDriver())
                        .orElseGet(() -> volume.volume().getCsi().getDriver());
        return !volume.block() && republishing.contains(driver);
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request)
            throws VolumeException, InterruptedException {
        CsiVolume volume = CsiVolume.of(request.pod(), request.volume());
        NodeService service = drivers.service(volume.driver());
        Optional<CsiDriverSpec> known = specs.get(volume.driver());
        CsiDriverSpec spec = known.orElse(CsiDriverSpec.UNKNOWN);
        CsiRules.requireLifecycle(volume, spec, known.isPresent());
        if (spec.requiresRepublish()) {
            republishing.add(volume.driver());
        } else {
            republishing.remove(volume.driver());
        }
        Map<String, String> context =
                volume.ephemeral() || !spec.attachRequired()
                        ? Map.of()
                        : attaching.await(volume, REPORT_LIMIT);
        try (KeyedLocks.Held _ = staging.hold(volume.driver(), volume.handle())) {
            Set<NodeCapability> capabilities = service.capabilities();
            CsiCall call = new CsiCall(volume, spec, service, capabilities, context);
            return volume.block() ? blocks.map(request, call) : mounts.mount(request, call);
        } catch (CsiException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void tearDown(String podUid, String specName)
            throws VolumeException, InterruptedException {
        unmounts.unmount(podUid, specName);
    }

    @Override
    public void unmap(String podUid, String specName) throws VolumeException, InterruptedException {
        blocks.unmap(podUid, specName);
    }

    /**
     * How full a published volume is, if its driver can tell.
     *
     * @throws VolumeException when it is not published, or the driver does not answer
     */
    public Optional<VolumeStats> stats(String podUid, String specName)
            throws VolumeException, InterruptedException {
        Path folder = node.paths().volume(podUid, CsiNames.PLUGIN, specName);
        try {
            Optional<VolumeData> data = VolumeData.read(folder, node.files());
            if (data.isEmpty()) {
                return Optional.empty();
            }
            NodeService service = drivers.service(data.get().driver());
            if (!service.capabilities().contains(NodeCapability.GET_VOLUME_STATS)) {
                return Optional.empty();
            }
            return Optional.of(
                    service.stats(
                            data.get().handle(), folder.resolve(CsiMounts.MOUNT).toString(), ""));
        } catch (CsiException | IOException e) {
            throw new VolumeException("stats of volume " + specName + ": " + e.getMessage(), e);
        }
    }

    /**
     * Finds out what an earlier process of the kubelet used, so that nothing of it is detached, and
     * takes off what no pod uses any more. To be called once, at start.
     */
    public Set<String> recover() throws InterruptedException {
        Map<String, VolumeData> used = new UsedVolumes(node).onDisk();
        used.putAll(blocks.usedOnDisk());
        Map<String, VolumeData> all = new TreeMap<>(used);
        for (Map.Entry<String, VolumeData> entry : staging.stagedOnDisk().entrySet()) {
            VolumeData data = entry.getValue();
            if (all.put(entry.getKey(), data) == null) {
                log.info("Volume {} is staged and no pod uses it; unstaging it", entry.getKey());
                try (KeyedLocks.Held _ = staging.hold(data.driver(), data.handle())) {
                    staging.unstage(data.driver(), data.handle());
                }
            }
        }
        return all.keySet();
    }
}
