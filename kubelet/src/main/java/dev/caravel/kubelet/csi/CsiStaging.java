package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.StageRequest;
import dev.caravel.csi.VolumeCapability;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts volumes once for the node and takes them off after the last pod. A volume that does not
 * come off is tried again in the background, so that it holds up no pod's end; it stays in use
 * until it is off.
 */
final class CsiStaging {
    private static final Logger log = LoggerFactory.getLogger(CsiStaging.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(122);

    private final CsiNode node;
    private final CsiDrivers drivers;
    private final CsiSecrets secrets;
    private final VolumesInUse inUse;
    private final Ticks ticks;

    /** One pod at a time works on a volume, by its unique name. */
    private final KeyedLocks locks = new KeyedLocks();

    /** Unique names of volumes this process has staged. */
    private final Set<String> staged = ConcurrentHashMap.newKeySet();

    /** Unique names of volumes that are being tried again. */
    private final Set<String> retried = ConcurrentHashMap.newKeySet();

    CsiStaging(
            CsiNode node, CsiDrivers drivers, CsiSecrets secrets, VolumesInUse inUse, Ticks ticks) {
        this.node = node;
        this.drivers = drivers;
        this.secrets = secrets;
        this.inUse = inUse;
        this.ticks = ticks;
    }

    /** Keeps others from working on a volume. */
    KeyedLocks.Held hold(String driver, String handle) throws InterruptedException {
        return locks.hold(CsiNames.uniqueName(driver, handle));
    }

    /**
     * Stages a volume if its driver wants that; the volume's lock must be held.
     *
     * @param staging where
     * @return where it is staged; empty when it is not
     */
    String stage(CsiCall call, OptionalLong group, Path staging)
            throws VolumeException, InterruptedException {
        CsiVolume volume = call.volume();
        if (volume.ephemeral()
                || !call.capabilities().contains(NodeCapability.STAGE_UNSTAGE_VOLUME)) {
            return "";
        }
        if (staged.contains(volume.uniqueName())) {
            return staging.toString();
        }
        String operation = volume.block() ? "MapVolume.SetUpDevice" : "MountVolume.MountDevice";
        try {
            Map<String, String> secret = secrets.read(volume.stageSecret(), "NodeStageSecretRef");
            Folders.create(staging, Folders.PRIVATE);
            if (!volume.block()) {
                // On disk before the call: a crash must not leave a mount nobody knows.
                VolumeData.staged(volume).write(parentOf(staging));
            }
            call.service()
                    .stage(
                            new StageRequest(
                                    volume.handle(),
                                    call.context(),
                                    staging.toString(),
                                    capability(volume, call.capabilities(), group),
                                    secret,
                                    volume.attributes()));
            staged.add(volume.uniqueName());
            return staging.toString();
        } catch (CsiException e) {
            if (!e.uncertain() && !volume.block()) {
                forget(staging, e);
            }
            throw VolumeException.during(operation, e);
        } catch (IOException | VolumeException e) {
            throw VolumeException.during(operation, e);
        }
    }

    static VolumeCapability capability(
            CsiVolume volume, Set<NodeCapability> capabilities, OptionalLong group) {
        boolean delegated =
                capabilities.contains(NodeCapability.VOLUME_MOUNT_GROUP) && group.isPresent();
        return new VolumeCapability(
                CsiRules.accessMode(volume.accessModes(), capabilities),
                volume.block()
                        ? new VolumeCapability.Block()
                        : new VolumeCapability.Mount(
                                volume.fsType(),
                                volume.mountOptions(),
                                delegated ? Long.toString(group.getAsLong()) : ""));
    }

    /** The driver is certain that nothing was done. */
    private void forget(Path staging, CsiException cause) {
        try {
            node.removeUnmounted(staging);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Takes a volume off that no pod uses any more; the volume's lock must be held. If that does
     * not work now, it goes on in the background.
     */
    void unstage(String driver, String handle) throws InterruptedException {
        String name = CsiNames.uniqueName(driver, handle);
        try {
            tryUnstage(driver, handle);
        } catch (VolumeException e) {
            if (retried.add(name)) {
                log.warn("Unstaging volume {}: {}; trying again", name, e.getMessage());
                var _ = NamedThreads.start("csi/unstage", () -> retry(driver, handle, name));
            }
        }
    }

    private void retry(String driver, String handle, String name) {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                ticks.sleep(pause);
                try (KeyedLocks.Held _ = hold(driver, handle)) {
                    if (!staged.contains(name)) {
                        // Neither staged anew by a pod since, nor off: still to be done.
                        tryUnstage(driver, handle);
                    }
                    return;
                } catch (VolumeException e) {
                    log.warn(
                            "Unstaging volume {}: {}; next try in {}", name, e.getMessage(), pause);
                }
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            }
        } catch (InterruptedException e) {
            log.debug("Volume {} stays staged: the kubelet ends", name);
        } finally {
            retried.remove(name);
        }
    }

    private void tryUnstage(String driver, String handle)
            throws VolumeException, InterruptedException {
        String name = CsiNames.uniqueName(driver, handle);
        staged.remove(name);
        Path staging = CsiNames.staging(node.paths().root(), driver, handle);
        try {
            if (Files.exists(parentOf(staging).resolve(VolumeData.FILE))) {
                NodeService service = drivers.service(driver);
                if (service.capabilities().contains(NodeCapability.STAGE_UNSTAGE_VOLUME)) {
                    service.unstage(handle, staging.toString());
                }
                node.removeUnmounted(staging);
            }
            inUse.release(name);
        } catch (CsiException | IOException e) {
            throw VolumeException.during("UnmountDevice", e);
        }
    }

    /** The volume is off by other means. */
    void forgetStaged(String name) {
        staged.remove(name);
        inUse.release(name);
    }

    /** A pod got nothing of a volume that no other pod uses: if it is not staged, it is free. */
    void releaseUnlessStaged(String name) {
        if (!staged.contains(name)) {
            inUse.release(name);
        }
    }

    /** The data of every volume staged on this node, whoever staged it. */
    Map<String, VolumeData> stagedOnDisk() {
        Map<String, VolumeData> found = new TreeMap<>();
        Path all = node.paths().plugin(CsiNames.PLUGIN);
        for (Path driver : Listing.folders(all)) {
            for (Path volume : Listing.folders(driver)) {
                Optional<VolumeData> data = Listing.data(volume, node);
                data.ifPresent(d -> found.put(CsiNames.uniqueName(d.driver(), d.handle()), d));
            }
        }
        return found;
    }

    private static Path parentOf(Path path) {
        return Objects.requireNonNull(path.getParent());
    }
}
