package dev.caravel.kubelet.image;

import dev.caravel.cri.Image;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.image.PullAccess.Verdict;
import dev.caravel.kubelet.image.PullRecord.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which images this kubelet pulled with whose credentials, and decides by that whether a
 * pod may use an image that is here already. What cannot be read means pulling again: a pod is then
 * asked for its credentials rather than given what it may not have.
 */
public final class PulledImages {
    private static final Logger LOG = LoggerFactory.getLogger(PulledImages.class);

    private final ImagePullSettings settings;
    private final PullRecordFiles files;
    private final Ticks ticks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> underWay = new HashMap<>();

    /**
     * Opens the records below the kubelet's root directory.
     *
     * @throws IOException when the directories cannot be made
     */
    public PulledImages(ImagePullSettings settings, Path root, Ticks ticks) throws IOException {
        this.settings = settings;
        this.files = new PullRecordFiles(root);
        this.ticks = ticks;
    }

    /** Looks up the pod's credentials. */
    interface Lookup {
        List<Credential> get() throws DockerConfig.MalformedException, InterruptedException;
    }

    /**
     * Turns pulls that a stop of the kubelet cut off into records without credentials, if the
     * runtime finished them. Call once before the first pull.
     */
    public void recover(ImageService images) {
        try {
            Set<String> cutOff = new HashSet<>(files.intents());
            if (cutOff.isEmpty()) {
                return;
            }
            for (Image image : images.listImages().items()) {
                for (String name :
                        Stream.concat(image.repoDigests().stream(), image.repoTags().stream())
                                .filter(cutOff::contains)
                                .toList()) {
                    if (files.findRecord(image.id()).isEmpty()) {
                        files.writeRecord(PullRecord.of(image.id(), now()));
                    }
                    files.deleteIntent(name);
                }
            }
        } catch (IOException | RuntimeCallException e) {
            LOG.warn(
                    "Cannot bring the records of image pulls up to date; images pulled while the"
                            + " kubelet stopped may be pulled again: {}",
                    e.getMessage());
        }
    }

    /** Forgets images that are no longer there, unless pulled since {@code until}. */
    public void prune(Set<String> imageIds, Instant until) {
        lock.lock();
        try {
            for (PullRecord pulled : files.records()) {
                if (pulled.lastUpdated().isBefore(until) && !imageIds.contains(pulled.imageId())) {
                    files.deleteRecord(pulled.imageId());
                }
            }
        } catch (IOException e) {
            LOG.warn(
                    "Cannot prune the records of image pulls, next try with the next image"
                            + " collection: {}",
                    e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the pod must pull an image although it is here. */
    boolean mustPull(ImageReference image, String imageId, Lookup credentials)
            throws DockerConfig.MalformedException, InterruptedException {
        if (!settings.verifyCredentials()) {
            return false;
        }
        String name = image.withoutTagAndDigest();
        Optional<PullRecord> pulled;
        boolean byKubelet;
        try {
            lock.lock();
            try {
                pulled = files.findRecord(imageId);
                byKubelet =
                        pulled.isPresent()
                                || underWay.containsKey(image.text())
                                || files.intentExists(image.text());
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .setMessage("Unable to access cache records about image pulls; pulling again")
                    .addKeyValue("image", image.text())
                    .addKeyValue("err", e.getMessage())
                    .log();
            return true;
        }
        if (!PullAccess.isVerified(settings.policy(), settings.allowlist(), name, byKubelet)) {
            return false;
        }
        Optional<Access> known = pulled.map(r -> r.access().get(name));
        Optional<Verdict> verdict = PullAccess.withoutCredentials(known);
        if (verdict.isEmpty() && known.isPresent()) {
            verdict = Optional.of(PullAccess.withCredentials(known.get(), credentials.get()));
        }
        return switch (verdict.orElseGet(Verdict.MustPull::new)) {
            case Verdict.MustPull() -> true;
            case Verdict.MayUse(Optional<Access> learned) -> {
                learned.ifPresent(access -> learn(name, imageId, access));
                yield false;
            }
        };
    }

    /** Notes that a pull begins, before the runtime is asked. */
    void pullBegins(String image) throws IOException {
        if (!settings.verifyCredentials()) {
            return;
        }
        lock.lock();
        try {
            files.writeIntent(image);
            underWay.merge(image, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    /** Notes with which credential, if any, a pull succeeded. */
    void pullSucceeded(ImageReference image, String imageId, Optional<Credential> used) {
        if (!settings.verifyCredentials()) {
            return;
        }
        // Without a record the intent stays: the image must not pass for one preloaded.
        if (learn(image.withoutTagAndDigest(), imageId, Access.of(used))) {
            pullEnded(image.text());
        }
    }

    /** Notes that a pull failed or was given up. */
    void pullEnded(String image) {
        if (!settings.verifyCredentials()) {
            return;
        }
        lock.lock();
        try {
            int others = underWay.getOrDefault(image, 1) - 1;
            if (others > 0) {
                underWay.put(image, others);
                return;
            }
            files.deleteIntent(image);
            underWay.remove(image);
        } catch (IOException e) {
            LOG.warn("Cannot remove the intent to pull {}: {}", image, e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private boolean learn(String name, String imageId, Access access) {
        lock.lock();
        try {
            Optional<PullRecord> before = readable(imageId);
            PullRecord after =
                    before.orElseGet(() -> PullRecord.of(imageId, now())).with(name, access, now());
            if (before.isEmpty() || !after.equals(before.get())) {
                files.writeRecord(after);
            }
            return true;
        } catch (IOException e) {
            LOG.warn("Cannot record the pull of {}: {}", name, e.getMessage());
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** An unreadable record is replaced. */
    private Optional<PullRecord> readable(String imageId) {
        try {
            return files.findRecord(imageId);
        } catch (IOException e) {
            LOG.info("Replacing the record of image {}: {}", imageId, e.getMessage());
            return Optional.empty();
        }
    }

    private Instant now() {
        return ticks.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
