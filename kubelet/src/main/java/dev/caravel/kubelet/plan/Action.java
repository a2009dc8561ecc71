package dev.caravel.kubelet.plan;

import dev.caravel.kubelet.allocation.ContainerResize;
import dev.caravel.kubelet.allocation.PodAllocation;
import dev.caravel.kubelet.pod.PodContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One thing the planner wants done. The worker runs each on its own virtual thread, at most one per
 * {@link #key}, and {@code explain pod} prints exactly this list.
 */
public sealed interface Action {

    /** What the action works on; a second action with the key of a running one waits. */
    ActivityKey key();

    /** Why the planner wants it, as a clause: {@code "no sandbox yet"}. */
    String why();

    /** Data folders, pod cgroup, volumes. Idempotent. */
    record PreparePod(String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.PREPARE;
        }
    }

    /** Brings projected volumes up to date with the objects they show. */
    record RefreshVolumes(String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.REFRESH;
        }
    }

    record CreateSandbox(int attempt, String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.SANDBOX;
        }
    }

    /** Stops the sandbox and with it the network of the pod. */
    record StopSandbox(String sandboxId, String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.SANDBOX;
        }
    }

    /**
     * Sees to it that the image is present and usable by the pod, for one start of the container.
     */
    record EnsureImage(PodContainer container, int restartCount, String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.image(container.name());
        }
    }

    /**
     * Creates and starts a container.
     *
     * @param imageId the image as the runtime knows it
     * @param backOff what the container's crash back-off is from now on; empty for a first start
     */
    record StartContainer(
            PodContainer container,
            int restartCount,
            String sandboxId,
            String imageId,
            Optional<CrashBackOff> backOff,
            String why)
            implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.start(container.name());
        }
    }

    /** Runs the postStart hook of a container this process has started. */
    record RunPostStart(PodContainer container, String containerId, String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.hook(container.name());
        }
    }

    /**
     * Runs the preStop hook and stops the container.
     *
     * @param deadline when it is to be killed; a later plan may bring it forward
     * @param grace the whole grace the container gets, hook included; zero skips the hook
     * @param message text of the Killing event; empty for none
     * @param restart whether the container is to run again whatever its exit code and policy say
     */
    record StopContainer(
            String containerName,
            String containerId,
            Duration grace,
            Instant deadline,
            Optional<String> message,
            boolean restart,
            String why)
            implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.stop(containerName);
        }
    }

    /**
     * Carries out granted resources: in running containers, and in the pod's group.
     *
     * @param target what the pod is to have in the end
     * @param containers running containers that get other amounts
     * @param pod whether the pod's group changes even where no running container does
     */
    record ResizePod(
            PodAllocation target,
            List<ContainerResize> containers,
            boolean pod,
            String sandboxId,
            String why)
            implements Action {
        public ResizePod {
            containers = List.copyOf(containers);
        }

        @Override
        public ActivityKey key() {
            return ActivityKey.RESIZE;
        }
    }

    /** Removes a dead container and its logs. */
    record RemoveContainer(String containerName, String containerId, boolean keepLogs, String why)
            implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.remove(containerId);
        }
    }

    /** Unmounts volumes, removes the pod's cgroup and folders once nothing of it runs. */
    record ReleasePod(String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.RELEASE;
        }
    }

    /** Removes every sandbox, container and log of a pod that nobody wants any more. */
    record RemoveRemains(String why) implements Action {
        @Override
        public ActivityKey key() {
            return ActivityKey.REMAINS;
        }
    }
}
