package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PublishRequest;
import dev.caravel.csi.VolumeStats;
import dev.caravel.kubelet.volume.FileOwner;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.KeyedLocks;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
 * What is about to be done stands on disk before the driver is asked to do it.
 */
public final class CsiVolumePlugin implements VolumePlugin {
    private static final Logger log = LoggerFactory.getLogger(CsiVolumePlugin.class);
    private static final String MOUNT = "mount";

    /** How long the API server may take to show a volume as in use. */
    private static final Duration REPORT_LIMIT = Duration.ofMinutes(1);

    /** Upstream's resync, at which drivers that want it are called again. */
    private static final Duration REPUBLISH = Duration.ofMinutes(1);

    private final CsiNode node;
    private final CsiDrivers drivers;
    private final CsiDriverSpecs specs;
    private final CsiSecrets secrets;
    private final CsiStaging staging;
    private final CsiBlocks blocks;
    private final CsiAttaching attaching;
    private final Clock clock;

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
        this.secrets = secrets;
        this.staging = staging;
        this.blocks = new CsiBlocks(node, drivers, staging, secrets);
        this.attaching = attaching;
        this.clock = clock;
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
            return volume.block()
                    ? blocks.map(request, volume, service, capabilities, context)
                    : mount(request, new Call(volume, spec, service, capabilities, context));
        } catch (CsiException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What one publish is made of. */
    private record Call(
            CsiVolume volume,
            CsiDriverSpec spec,
            NodeService service,
            Set<NodeCapability> capabilities,
            Map<String, String> context) {}

    private PreparedVolume mount(VolumeRequest request, Call call)
            throws VolumeException, InterruptedException {
        CsiVolume volume = call.volume();
        Path folder = node.paths().volume(request.uid(), CsiNames.PLUGIN, volume.specName());
        Path target = folder.resolve(MOUNT);
        CsiSecrets.Tokens tokens = secrets.tokens(request, call.spec());
        Map<String, String> secret = secrets.read(volume.publishSecret(), "NodePublishSecretRef");
        try {
            boolean before = node.mounts().isMountPoint(target);
            Folders.create(folder, Folders.PRIVATE);
            // On disk first: from here on the end of the pod undoes whatever has happened.
            VolumeData.published(volume, node.name()).write(folder);
            String staged = stage(request, call, target, before);
            publish(request, call, staged, target, secret, tokens, before);
            if (request.first()) {
                applyGroup(request, call, target);
            }
        } catch (IOException e) {
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
        return new PreparedVolume.OnHost(
                target, volume.readOnly(), !volume.readOnly(), refreshAt(call, tokens));
    }

    private String stage(VolumeRequest request, Call call, Path target, boolean before)
            throws VolumeException, IOException, InterruptedException {
        CsiVolume volume = call.volume();
        try {
            return staging.stage(
                    volume,
                    call.service(),
                    call.capabilities(),
                    call.context(),
                    request.group(),
                    CsiNames.staging(node.paths().root(), volume.driver(), volume.handle()));
        } catch (VolumeException e) {
            if (e.getCause() instanceof CsiException refused) {
                forget(request, volume, target, before, refused);
            }
            throw e;
        }
    }

    /**
     * A driver that is certain has done nothing, so there is nothing to undo, not even by a driver
     * that may be gone by then. A pod that runs keeps what it has, however a repeated call ends.
     */
    private void forget(
            VolumeRequest request,
            CsiVolume volume,
            Path target,
            boolean before,
            CsiException refused)
            throws IOException {
        if (!refused.uncertain() && request.first() && !before) {
            node.removeUnmounted(target);
            if (!isUsedByOthers(request.uid(), volume.specName())) {
                staging.releaseUnlessStaged(volume.uniqueName());
            }
        }
    }

    private Optional<Instant> refreshAt(Call call, CsiSecrets.Tokens tokens) {
        if (!call.spec().requiresRepublish()) {
            return Optional.empty();
        }
        Instant regular = clock.instant().plus(REPUBLISH);
        return Optional.of(tokens.due().filter(due -> due.isBefore(regular)).orElse(regular));
    }

    private void publish(
            VolumeRequest request,
            Call call,
            String staged,
            Path target,
            Map<String, String> secret,
            CsiSecrets.Tokens tokens,
            boolean before)
            throws VolumeException, IOException, InterruptedException {
        CsiVolume volume = call.volume();
        Map<String, String> attributes = new TreeMap<>(volume.attributes());
        if (call.spec().podInfo()) {
            attributes.putAll(CsiRules.podInfo(request.pod(), volume.ephemeral()));
        }
        Map<String, String> secretsAndTokens = secret;
        if (call.spec().tokensInSecrets()) {
            secretsAndTokens = CsiRules.merged(secret, tokens.attributes());
        } else {
            attributes.putAll(tokens.attributes());
        }
        try {
            call.service()
                    .publish(
                            new PublishRequest(
                                    volume.handle(),
                                    call.context(),
                                    staged,
                                    target.toString(),
                                    CsiStaging.capability(
                                            volume, call.capabilities(), request.group()),
                                    volume.readOnly(),
                                    secretsAndTokens,
                                    attributes));
        } catch (CsiException e) {
            if (staged.isEmpty()) {
                forget(request, volume, target, before, e);
            }
            throw new VolumeException(String.valueOf(e.getMessage()), e);
        }
    }

    private void applyGroup(VolumeRequest request, Call call, Path target) throws IOException {
        if (request.group().isPresent()
                && !call.capabilities().contains(NodeCapability.VOLUME_MOUNT_GROUP)
                && CsiRules.ownsFiles(call.volume(), call.spec())) {
            node.ownership()
                    .apply(
                            target,
                            request.group().getAsLong(),
                            false,
                            FileOwner.onlyOnRootMismatch(request.pod()),
                            GroupOwnership.Progress.none());
        }
    }

    @Override
    public void tearDown(String podUid, String specName)
            throws VolumeException, InterruptedException {
        Path folder = node.paths().volume(podUid, CsiNames.PLUGIN, specName);
        Path target = folder.resolve(MOUNT);
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
            if (!data.ephemeral() && !isUsedByOthers(podUid, specName)) {
                staging.unstage(data.driver(), data.handle());
            }
        }
    }

    private boolean isUsedByOthers(String podUid, String specName) {
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
                    service.stats(data.get().handle(), folder.resolve(MOUNT).toString(), ""));
        } catch (CsiException | IOException e) {
            throw new VolumeException("stats of volume " + specName + ": " + e.getMessage(), e);
        }
    }

    /**
     * Finds out what an earlier process of the kubelet used, so that nothing of it is detached, and
     * takes off what no pod uses any more. To be called once, at start.
     */
    public Set<String> recover() throws InterruptedException {
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
