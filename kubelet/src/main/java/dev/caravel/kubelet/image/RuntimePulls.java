package dev.caravel.kubelet.image;

import dev.caravel.cri.Image;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.run.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Asks the runtime to pull: as many at once and as often as the configuration allows, with each
 * credential in turn, and once for all pods that want the same image with the same credentials.
 */
final class RuntimePulls {
    private final ImageService images;
    private final PullGate gate;
    private final TokenBucket rate;
    private final Ticks ticks;
    private final Set<Key> inTurn = ConcurrentHashMap.newKeySet();
    private final SharedCalls<Key, Result> calls = new SharedCalls<>();

    RuntimePulls(ImageService images, ImagePullSettings settings, Ticks ticks) {
        this.images = images;
        this.gate = new PullGate(settings.maxParallel());
        this.rate = new TokenBucket(settings.qps(), settings.burst(), ticks);
        this.ticks = ticks;
    }

    /** Pods share a pull only if they would all have been allowed to do it. */
    private record Key(ImageSpec image, List<Credential> credentials) {}

    /** What a pull came to. */
    sealed interface Result {

        /**
         * The image is here.
         *
         * @param imageId as the runtime knows it
         * @param image what it knows about it
         * @param used the credential it was given for, none if it was public
         * @param took without waiting for a turn
         */
        record Pulled(
                String imageId, Optional<Image> image, Optional<Credential> used, Duration took)
                implements Result {}

        /** It is not; {@code error} is what the runtime said. */
        record Failed(String error) implements Result {}
    }

    /** Pulls an image, or waits for the pull that is under way. */
    Result pull(ImageSpec image, List<Credential> credentials, Optional<SandboxConfig> sandbox)
            throws InterruptedException {
        try {
            Key key = new Key(image, credentials);
            return calls.join(key, "pull/" + image.image(), () -> pullInTurn(key, sandbox));
        } catch (ExecutionException e) {
            throw new IllegalStateException("Pulling " + image.image() + " broke", e);
        }
    }

    /** What the pull is at, in words. */
    String state(ImageSpec image, List<Credential> credentials) {
        return inTurn.contains(new Key(image, credentials))
                ? "the runtime pulls " + image.image()
                : "waits for its turn, with " + gate.waiting() + " pulls in the queue";
    }

    private Result pullInTurn(Key key, Optional<SandboxConfig> sandbox)
            throws InterruptedException {
        try (PullGate.Turn _ = gate.enter()) {
            inTurn.add(key);
            return pullNow(key.image(), key.credentials(), sandbox);
        } finally {
            inTurn.remove(key);
        }
    }

    private Result pullNow(
            ImageSpec image, List<Credential> credentials, Optional<SandboxConfig> sandbox)
            throws InterruptedException {
        if (!rate.tryAcquire()) {
            return new Result.Failed("pull QPS exceeded");
        }
        long start = ticks.nanos();
        if (credentials.isEmpty()) {
            return attempt(image, Optional.empty(), sandbox, start);
        }
        List<String> errors = new ArrayList<>();
        for (Credential credential : credentials) {
            Result result = attempt(image, Optional.of(credential), sandbox, start);
            switch (result) {
                case Result.Pulled pulled -> {
                    return pulled;
                }
                case Result.Failed(String error) -> errors.add(error);
            }
        }
        return new Result.Failed(PullErrors.joined(errors));
    }

    private Result attempt(
            ImageSpec image,
            Optional<Credential> credential,
            Optional<SandboxConfig> sandbox,
            long start)
            throws InterruptedException {
        try {
            String id = images.pullImage(image, credential.map(Credential::auth), sandbox);
            Optional<Image> pulled = details(image);
            Duration took = Duration.ofNanos(ticks.nanos() - start);
            return new Result.Pulled(id, pulled, credential, took);
        } catch (RuntimeCallException e) {
            if (e.isCancelled() && Thread.interrupted()) {
                throw new InterruptedException("pull of " + image.image() + " given up");
            }
            return new Result.Failed(PullErrors.text(e));
        }
    }

    /** Size and user; without them the pull still succeeded. */
    private Optional<Image> details(ImageSpec image) {
        try {
            return images.imageStatus(image);
        } catch (RuntimeCallException e) {
            return Optional.empty();
        }
    }
}
