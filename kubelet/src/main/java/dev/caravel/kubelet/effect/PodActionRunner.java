package dev.caravel.kubelet.effect;

import dev.caravel.cri.RuntimeCallException;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Outcome;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.kubelet.worker.ActionRunner;
import dev.caravel.kubelet.worker.Progress;

/** Sends each action to the one method that carries it out. */
public final class PodActionRunner implements ActionRunner {

    private static final Outcome SUCCESS = new Outcome.Success();

    private final SandboxActions sandboxes;
    private final ContainerStarts starts;
    private final ContainerStops stops;
    private final PodCleanup cleanup;
    private final PodPreparation preparation;
    private final PodResizeActions resizes;

    public PodActionRunner(
            PodPreparation preparation,
            SandboxActions sandboxes,
            ContainerStarts starts,
            ContainerStops stops,
            PodCleanup cleanup,
            PodResizeActions resizes) {
        this.preparation = preparation;
        this.sandboxes = sandboxes;
        this.starts = starts;
        this.stops = stops;
        this.cleanup = cleanup;
        this.resizes = resizes;
    }

    @Override
    public Outcome run(DesiredPod pod, Action action, Progress progress)
            throws ActionFailedException, InterruptedException {
        try {
            return carryOut(pod, action, progress);
        } catch (RuntimeCallException e) {
            if (e.isCancelled() && Thread.interrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            throw new ActionFailedException("RuntimeError", e.detail());
        }
    }

    private Outcome carryOut(DesiredPod pod, Action action, Progress progress)
            throws ActionFailedException, InterruptedException {
        switch (action) {
            case Action.PreparePod _ -> preparation.prepare(pod, progress);
            case Action.RefreshVolumes _ -> preparation.refresh(pod);
            case Action.CreateSandbox create -> sandboxes.create(pod, create, progress);
            case Action.StopSandbox stop -> sandboxes.stop(pod, stop);
            case Action.EnsureImage ensure -> {
                return starts.ensureImage(pod, ensure, progress);
            }
            case Action.StartContainer start -> {
                return starts.start(pod, start, progress);
            }
            case Action.RunPostStart hook -> starts.postStart(pod, hook);
            case Action.StopContainer stop -> stops.stop(pod, stop);
            case Action.RemoveContainer remove -> cleanup.removeContainer(pod, remove);
            case Action.ResizePod resize -> resizes.resize(pod, resize);
            case Action.ReleasePod _ -> cleanup.release(pod);
            case Action.RemoveRemains _ -> cleanup.removeRemains(pod);
        }
        return SUCCESS;
    }
}
