package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeCapability;
import dev.caravel.csi.PublishRequest;
import dev.caravel.kubelet.volume.FileOwner;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Volumes of drivers with a filesystem, in the folder of the pod's volume: {@code vol_data.json}
 * and {@code mount}. What is about to be done stands on disk before the driver is asked to do it.
 */
final class CsiMounts {
    static final String MOUNT = "mount";

    /** Upstream's resync, at which drivers that want it are called again. */
    private static final Duration REPUBLISH = Duration.ofMinutes(1);

    private final CsiNode node;
    private final CsiStaging staging;
    private final CsiSecrets secrets;
    private final Clock clock;
    private final UsedVolumes used;

    CsiMounts(CsiNode node, CsiStaging staging, CsiSecrets secrets, Clock clock) {
        this.node = node;
        this.staging = staging;
        this.secrets = secrets;
        this.clock = clock;
        this.used = new UsedVolumes(node);
    }

    /** Gives a volume to a pod; the volume's lock must be held. */
    PreparedVolume mount(VolumeRequest request, CsiCall call)
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

    private String stage(VolumeRequest request, CsiCall call, Path target, boolean before)
            throws VolumeException, IOException, InterruptedException {
        CsiVolume volume = call.volume();
        try {
            return staging.stage(
                    call,
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
            if (!used.byOthers(request.uid(), volume.specName())) {
                staging.releaseUnlessStaged(volume.uniqueName());
            }
        }
    }

    private Optional<Instant> refreshAt(CsiCall call, CsiSecrets.Tokens tokens) {
        if (!call.spec().requiresRepublish()) {
            return Optional.empty();
        }
        Instant regular = clock.instant().plus(REPUBLISH);
        return Optional.of(tokens.due().filter(due -> due.isBefore(regular)).orElse(regular));
    }

    private void publish(
            VolumeRequest request,
            CsiCall call,
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

    private void applyGroup(VolumeRequest request, CsiCall call, Path target) throws IOException {
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
}
