package dev.caravel.kubelet.gc;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.effect.PodLogs;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.volume.PodFolders;
import dev.caravel.linux.cgroup.Cgroups;
import dev.caravel.linux.cgroup.KubepodsNames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds for pods the runtime has and nobody wants, and ends them; then for their
 * folders and cgroups, and for dead containers (contract §4.11, §10.4). A pod that has a worker is
 * the worker's business.
 */
public final class Housekeeping implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration ORPHAN_GRACE = Duration.ofSeconds(2);

    /** Folders and cgroups move slowly: one look in this many. */
    private static final int SLOW_EVERY = 15;

    private final Sources sources;
    private final Ticks ticks;
    private final Set<String> ending = ConcurrentHashMap.newKeySet();
    private @Nullable Thread thread;

    /**
     * What it looks at.
     *
     * @param hasWorker whether a pod of that UID is looked after
     * @param names where pod cgroups are
     * @param keepDead dead containers kept of each name
     */
    public record Sources(
            PodStore store,
            RuntimeView view,
            ContainerRuntime runtime,
            PodLogs logs,
            PodFolders folders,
            Cgroups cgroups,
            KubepodsNames names,
            Predicate<String> hasWorker,
            int keepDead) {}

    public Housekeeping(Sources sources, Ticks ticks) {
        this.sources = sources;
        this.ticks = ticks;
    }

    /** Starts looking. */
    public void start() {
        thread = NamedThreads.start("housekeeping", this::run);
    }

    private void run() {
        try {
            for (int i = 0; ; i++) {
                ticks.sleep(PERIOD);
                if (sources.store.allSynced()) {
                    orphans();
                    removeDeadContainers();
                    if (i % SLOW_EVERY == 0) {
                        leftovers();
                    }
                }
            }
        } catch (InterruptedException e) {
            log.debug("Housekeeping ends");
        }
    }

    private boolean wanted(String uid) {
        return sources.store.get(uid).isPresent() || sources.hasWorker.test(uid);
    }

    private void orphans() {
        for (PodRef pod : sources.view.all()) {
            if (!wanted(pod.uid()) && ending.add(pod.uid())) {
                log.info("Pod {} runs here and nobody wants it: ending it", pod);
                NamedThreads.start("orphan/" + pod, () -> end(pod));
            }
        }
    }

    private void end(PodRef pod) {
        try {
            ObservedPod observed = sources.view.of(pod.uid());
            for (ObservedContainer c : observed.containers()) {
                if (c.mayRun()) {
                    sources.runtime.stopContainer(c.id(), ORPHAN_GRACE);
                }
            }
            for (ObservedSandbox s : observed.sandboxes()) {
                sources.runtime.stopPodSandbox(s.id());
                sources.runtime.removePodSandbox(s.id());
                sources.view.noteRemoved(pod.uid(), s.id());
            }
            for (ObservedContainer c : sources.view.of(pod.uid()).containers()) {
                sources.runtime.removeContainer(c.id());
                sources.view.noteRemoved(pod.uid(), c.id());
            }
            sources.logs.removePod(pod);
        } catch (RuntimeCallException e) {
            log.warn("Ending pod {} failed: {}. Housekeeping tries again.", pod, e.getMessage());
        } finally {
            ending.remove(pod.uid());
        }
    }

    /** Removes the dead containers of every pod, but for those kept for their logs. */
    public void removeDeadContainers() {
        for (PodRef pod : sources.view.all()) {
            for (ObservedContainer c :
                    DeadContainers.removable(sources.view.of(pod.uid()), sources.keepDead)) {
                try {
                    sources.runtime.removeContainer(c.id());
                    sources.logs.removeContainer(pod, c.name(), c.id(), c.status().logPath());
                    sources.view.noteRemoved(pod.uid(), c.id());
                } catch (RuntimeCallException e) {
                    log.warn(
                            "Removing dead container {} of pod {} failed: {}. Housekeeping tries again.",
                            c.name(),
                            pod,
                            e.getMessage());
                }
            }
        }
    }

    private void leftovers() throws InterruptedException {
        try {
            var report = sources.folders.removeOrphans(this::wanted, this::inRuntime);
            report.failures()
                    .forEach(f -> log.warn("Removing folders of pods that are gone: {}", f));
            removeCgroups();
        } catch (IOException e) {
            log.warn(
                    "Looking for what gone pods left failed: {}. Next try in {} s.",
                    e.getMessage(),
                    PERIOD.toSeconds() * SLOW_EVERY);
        }
    }

    private boolean inRuntime(String uid) {
        return !sources.view.of(uid).isEmpty();
    }

    private void removeCgroups() throws IOException {
        Set<String> onDisk = Set.copyOf(sources.folders.podsOnDisk());
        for (KubepodsNames.PodCgroup group : sources.cgroups.pods(sources.names)) {
            if (!wanted(group.uid()) && !inRuntime(group.uid()) && !onDisk.contains(group.uid())) {
                sources.cgroups.destroy(group.name());
            }
        }
    }

    /** UIDs whose end is under way, for diagnosis. */
    public List<String> ending() {
        return List.copyOf(ending);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
