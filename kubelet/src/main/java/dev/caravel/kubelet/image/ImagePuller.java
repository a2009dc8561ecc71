package dev.caravel.kubelet.image;

import dev.caravel.config.GoDuration;
import dev.caravel.cri.Image;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.image.ImageOutcome.NotReady;
import dev.caravel.kubelet.image.ImageOutcome.Ready;
import dev.caravel.kubelet.image.PullBackOff.PodImage;
import dev.caravel.kubelet.image.PullErrors.Explained;
import dev.caravel.kubelet.image.RuntimePulls.Result;
import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.pod.PodContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sees to it that an image is on the node and that the pod may use it (contract 5.5). Blocking;
 * interrupt the thread to give up. One for the whole kubelet.
 */
public final class ImagePuller {
    private static final String PULL_FAILED = "ErrImagePull";

    /** Pause before anything but a pull is tried again, e.g. a runtime that does not answer. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final ImageService images;
    private final ConfigObjects objects;
    private final NodeKeyring nodeKeyring;
    private final CredentialProviders plugins;
    private final PulledImages pulledImages;
    private final EventSink events;
    private final boolean verifying;
    private final Ticks ticks;
    private final RuntimePulls pulls;
    private final AtomicReference<PullBackOff> backOff;

    /** Pulls through {@code images}; everything else decides whether and with what. */
    public ImagePuller(
            ImageService images,
            ConfigObjects objects,
            NodeKeyring nodeKeyring,
            CredentialProviders plugins,
            PulledImages pulledImages,
            EventSink events,
            ImagePullSettings settings,
            Ticks ticks) {
        this.images = images;
        this.objects = objects;
        this.nodeKeyring = nodeKeyring;
        this.plugins = plugins;
        this.pulledImages = pulledImages;
        this.events = events;
        this.verifying = settings.verifyCredentials();
        this.ticks = ticks;
        this.pulls = new RuntimePulls(images, settings, ticks);
        this.backOff =
                new AtomicReference<>(
                        PullBackOff.none(settings.firstBackOff(), settings.maxBackOff()));
    }

    /**
     * The image of a container. Besides the events about the pull it records {@code Error:
     * <reason>} when the container cannot start.
     *
     * @param sandbox of the pod, which the runtime may charge the pull to
     * @param observer hears how a pull goes
     * @throws InterruptedException when the pod is to go; nothing of its own goes on
     */
    public ImageOutcome ensure(
            Pod pod, PodContainer container, Optional<SandboxConfig> sandbox, PullObserver observer)
            throws InterruptedException {
        ImageRequest request = ImageRequest.of(pod, container);
        ImageOutcome outcome = ensure(request, sandbox, observer);
        if (outcome instanceof NotReady(String reason, String message, Instant retryAt)) {
            tell(request, EventType.WARNING, "Failed", "Error: " + reason);
        }
        return outcome;
    }

    /** Any image a pod needs, a volume's among them. */
    public ImageOutcome ensure(
            ImageRequest request, Optional<SandboxConfig> sandbox, PullObserver observer)
            throws InterruptedException {
        ImageReference reference;
        try {
            reference = ImageReference.parse(request.image());
        } catch (InvalidImageNameException e) {
            String message =
                    "Failed to apply default image tag \"%s\": %s"
                            .formatted(request.image(), e.message());
            tell(request, EventType.WARNING, "InspectFailed", message);
            return notReady("InvalidImageName", message);
        }
        try {
            return ensure(
                    new Wanted(request, reference, spec(request, reference), sandbox, observer));
        } catch (DockerConfig.MalformedException e) {
            return notReady(PULL_FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Forgets the back-off of a pod that is gone. */
    public void forget(String podUid) {
        backOff.updateAndGet(table -> table.withoutPod(podUid));
    }

    private ImageOutcome ensure(Wanted wanted)
            throws DockerConfig.MalformedException, InterruptedException {
        ImageRequest request = wanted.request();
        ImageReference reference = wanted.reference();
        CredentialsOfPod credentials = new CredentialsOfPod(request.pod(), reference.repository());
        if (request.policy() != ImagePullPolicy.ALWAYS) {
            Optional<Image> present;
            try {
                present = images.imageStatus(wanted.spec());
            } catch (RuntimeCallException e) {
                stopIfInterrupted(e);
                String message =
                        "Failed to inspect image \"%s\": %s"
                                .formatted(request.image(), PullErrors.text(e));
                tell(request, EventType.WARNING, "InspectFailed", message);
                return notReady("ImageInspectError", message);
            }
            if (present.isPresent()
                    && !pulledImages.mustPull(reference, present.get().id(), credentials)) {
                tell(
                        request,
                        EventType.NORMAL,
                        "Pulled",
                        "Container image \"%s\" already present on machine%s"
                                .formatted(
                                        request.image(),
                                        verifying ? " and can be accessed by the pod" : ""));
                return new Ready(present.get().id(), present);
            }
            if (request.policy() == ImagePullPolicy.NEVER) {
                // The same for an image that is absent and one the pod may not see.
                String message =
                        "Container image \"%s\" is not present with pull policy of Never"
                                .formatted(request.image());
                tell(request, EventType.WARNING, "ErrImageNeverPull", message);
                return notReady("ErrImageNeverPull", message);
            }
        }
        return pull(wanted, credentials);
    }

    private record Wanted(
            ImageRequest request,
            ImageReference reference,
            ImageSpec spec,
            Optional<SandboxConfig> sandbox,
            PullObserver observer) {}

    private ImageOutcome pull(Wanted wanted, CredentialsOfPod credentials)
            throws DockerConfig.MalformedException, InterruptedException {
        ImageRequest request = wanted.request();
        String image = request.image();
        PodImage key = new PodImage(request.ref().uid(), image);
        Optional<PullBackOff.Wait> wait = backOff.get().waiting(key, ticks.now());
        if (wait.isPresent()) {
            String message = "Back-off pulling image \"%s\"".formatted(image);
            tell(request, EventType.NORMAL, "BackOff", message);
            return new NotReady(
                    "ImagePullBackOff", message + ": " + wait.get().error(), wait.get().until());
        }
        List<Credential> all = credentials.get();
        try {
            pulledImages.pullBegins(image);
        } catch (IOException e) {
            return notReady(
                    PULL_FAILED,
                    "Failed to record image pull intent for container image \"%s\": %s"
                            .formatted(image, e.getMessage()));
        }
        tell(request, EventType.NORMAL, "Pulling", "Pulling image \"%s\"".formatted(image));
        long start = ticks.nanos();
        wanted.observer().pulling(() -> pulls.state(wanted.spec(), all));
        Result result;
        try {
            result = pulls.pull(wanted.spec(), all, wanted.sandbox());
        } catch (InterruptedException | RuntimeException e) {
            pulledImages.pullEnded(image);
            throw e;
        }
        return switch (result) {
            case Result.Pulled pulled -> succeeded(wanted, pulled, start);
            case Result.Failed(String error) -> failed(request, key, error, credentials);
        };
    }

    /** Forgets how images were pulled that are no longer there, unless pulled since. */
    public void prune(Set<String> imageIds, Instant until) {
        pulledImages.prune(imageIds, until);
    }

    private ImageOutcome succeeded(Wanted wanted, Result.Pulled pulled, long start) {
        pulledImages.pullSucceeded(wanted.reference(), pulled.imageId(), pulled.used());
        Duration whole = Duration.ofNanos(ticks.nanos() - start);
        wanted.observer().pulled(whole.minus(pulled.took()));
        tell(
                wanted.request(),
                EventType.NORMAL,
                "Pulled",
                "Successfully pulled image \"%s\" in %s (%s including waiting). Image size: %d bytes."
                        .formatted(
                                wanted.request().image(),
                                millis(pulled.took()),
                                millis(whole),
                                pulled.image().map(Image::sizeBytes).orElse(0L)));
        return new Ready(pulled.imageId(), pulled.image());
    }

    private ImageOutcome failed(
            ImageRequest request, PodImage key, String error, CredentialsOfPod credentials) {
        pulledImages.pullEnded(request.image());
        tell(
                request,
                EventType.WARNING,
                "Failed",
                "Failed to pull image \"%s\": %s".formatted(request.image(), error));
        Explained explained = PullErrors.explain(request.image(), error);
        Instant now = ticks.now();
        PullBackOff table =
                backOff.updateAndGet(
                        t -> t.failed(key, explained.reason() + ": " + explained.message(), now));
        if (!credentials.missing().isEmpty() && explained.reason().equals(PULL_FAILED)) {
            events.event(
                    request.ref(),
                    Optional.empty(),
                    EventType.WARNING,
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (%s); attempting to pull the image"
                                    .formatted(String.join(", ", credentials.missing()))
                            + " may not succeed.");
        }
        // Asked again before the back-off is over, the answer is ImagePullBackOff, as people
        // expect.
        Instant over = table.waiting(key, now).map(PullBackOff.Wait::until).orElse(now);
        Instant soon = now.plus(RETRY);
        return new NotReady(
                explained.reason(), explained.message(), over.isBefore(soon) ? over : soon);
    }

    private static ImageSpec spec(ImageRequest request, ImageReference reference) {
        Map<String, String> annotations = request.pod().getMetadata().getAnnotations();
        return new ImageSpec(
                reference.withDefaultTag(),
                annotations == null ? Map.of() : annotations,
                "",
                "",
                "");
    }

    /** The credentials of one pod for one image, looked up once and no earlier than needed. */
    private final class CredentialsOfPod implements PulledImages.Lookup {
        private final Pod pod;
        private final String repository;
        private Optional<List<Credential>> found = Optional.empty();
        private List<String> missing = List.of();

        private CredentialsOfPod(Pod pod, String repository) {
            this.pod = pod;
            this.repository = repository;
        }

        @Override
        public List<Credential> get() throws DockerConfig.MalformedException, InterruptedException {
            if (found.isEmpty()) {
                PullSecrets secrets = PullSecrets.of(pod, objects);
                missing = secrets.missing();
                List<Credential> all = new ArrayList<>(secrets.keyring().lookUp(repository));
                all.addAll(nodeKeyring.lookUp(repository));
                all.addAll(plugins.lookUp(pod, repository));
                found = Optional.of(List.copyOf(all));
            }
            return found.get();
        }

        private List<String> missing() {
            return missing;
        }
    }

    private static void stopIfInterrupted(RuntimeCallException e) throws InterruptedException {
        if (e.isCancelled() && Thread.interrupted()) {
            throw new InterruptedException("gave up: " + e.getMessage());
        }
    }

    private NotReady notReady(String reason, String message) {
        return new NotReady(reason, message, ticks.now().plus(RETRY));
    }

    private void tell(ImageRequest request, EventType type, String reason, String message) {
        events.event(request.ref(), request.fieldPath(), type, reason, message);
    }

    private static String millis(Duration duration) {
        return GoDuration.format(duration.truncatedTo(ChronoUnit.MILLIS));
    }
}
