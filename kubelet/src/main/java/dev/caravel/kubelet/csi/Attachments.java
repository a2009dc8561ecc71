package dev.caravel.kubelet.csi;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentStatus;
import io.fabric8.kubernetes.api.model.storage.VolumeError;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Waits for the controller to attach volumes to this node. */
final class Attachments {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(7);

    /** After this a pod's events tell what it waits for; then the wait goes on. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** gRPC's RESOURCE_EXHAUSTED, in the words of the attach error. */
    private static final int RESOURCE_EXHAUSTED = 8;

    private static final String WAIT = "MountVolume.WaitForAttach";

    private final ApiRequests requests;
    private final String nodeName;
    private final Ticks ticks;

    Attachments(ApiRequests requests, String nodeName, Ticks ticks) {
        this.requests = requests;
        this.nodeName = nodeName;
        this.ticks = ticks;
    }

    /** A volume that does not fit on this node any more. */
    static final class LimitExceeded extends Exception {
        LimitExceeded(String message) {
            super(message);
        }
    }

    /**
     * Waits until a volume is attached.
     *
     * @return what attaching gave, for the driver
     * @throws LimitExceeded when the driver says that no more volumes fit
     * @throws VolumeException when attaching failed, or takes long
     */
    Map<String, String> await(CsiVolume volume)
            throws VolumeException, LimitExceeded, InterruptedException {
        String name = CsiNames.attachment(volume.handle(), volume.driver(), nodeName);
        long start = ticks.nanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            VolumeException why;
            try {
                VolumeAttachment attachment = get(name);
                if (isAttached(attachment)) {
                    return metadata(attachment);
                }
                why =
                        failure(
                                "volume "
                                        + volume.handle()
                                        + " is not attached for volume attachment "
                                        + name);
            } catch (IOException e) {
                why =
                        failure(
                                "volume "
                                        + volume.handle()
                                        + " has GET error for volume attachment "
                                        + name
                                        + ": "
                                        + e.getMessage());
            }
            if (ticks.nanos() - start >= PATIENCE.toNanos()) {
                throw why;
            }
            ticks.sleep(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    private VolumeAttachment get(String name) throws IOException, InterruptedException {
        try {
            return requests.get(
                    VolumeAttachment.class, "/apis/storage.k8s.io/v1/volumeattachments/" + name);
        } catch (ApiException e) {
            if (e.notFound()) {
                throw new IOException(
                        "volumeattachments.storage.k8s.io \"" + name + "\" not found", e);
            }
            throw e;
        }
    }

    private static boolean isAttached(VolumeAttachment attachment)
            throws VolumeException, LimitExceeded {
        if (attachment.getMetadata().getDeletionTimestamp() != null) {
            throw failure("volume attachment is being deleted");
        }
        VolumeAttachmentStatus status = attachment.getStatus();
        if (status == null) {
            return false;
        }
        if (Boolean.TRUE.equals(status.getAttached())) {
            return true;
        }
        VolumeError error = status.getAttachError();
        if (error != null) {
            String message = String.valueOf(error.getMessage());
            if (error.getErrorCode() != null && error.getErrorCode() == RESOURCE_EXHAUSTED) {
                throw new LimitExceeded(message);
            }
            throw failure(message);
        }
        return false;
    }

    private static Map<String, String> metadata(VolumeAttachment attachment) {
        Map<String, String> metadata = attachment.getStatus().getAttachmentMetadata();
        return metadata == null ? Map.of() : metadata;
    }

    private static VolumeException failure(String message) {
        return VolumeException.during(WAIT, new VolumeException(message));
    }
}
