package dev.caravel.kubelet.volume;

import java.nio.file.Path;
import java.util.List;

/**
 * What may be done next with the folder of a pod nobody wants, as far as it is proven (kubelet.md
 * §7.5). Each step is decided on fresh evidence; data is removed only when nothing is mounted
 * anywhere below and no volume folder is left.
 */
sealed interface OrphanStep {

    /** It is no orphan, or not provably one. */
    record Keep(String why) implements OrphanStep {}

    /** Volumes are there: their plugins take them away. */
    record TearDown() implements OrphanStep {}

    /** Tear-down was tried and something is still mounted or in the way. */
    record Stuck(List<Path> what) implements OrphanStep {
        public Stuck {
            what = List.copyOf(what);
        }
    }

    /** Nothing but the kubelet's own files is left. */
    record RemoveRest() implements OrphanStep {}

    /**
     * The evidence about one folder.
     *
     * @param wanted a pod of that UID is desired or still has a worker
     * @param running the runtime has a sandbox or container of it
     * @param mounts mount points below the folder
     * @param volumes what is left below {@code volumes}, {@code volumeDevices} and {@code
     *     volume-subpaths}
     * @param torn whether tear-down has been tried on the way here
     */
    record Evidence(
            boolean wanted, boolean running, List<Path> mounts, List<Path> volumes, boolean torn) {
        public Evidence {
            mounts = List.copyOf(mounts);
            volumes = List.copyOf(volumes);
        }
    }

    /** Decides. Pure. */
    static OrphanStep next(Evidence evidence) {
        if (evidence.wanted()) {
            return new Keep("the pod is wanted");
        }
        if (evidence.running()) {
            return new Keep("the runtime still has containers of it");
        }
        if (!evidence.mounts().isEmpty() || !evidence.volumes().isEmpty()) {
            return evidence.torn()
                    ? new Stuck(
                            evidence.mounts().isEmpty() ? evidence.volumes() : evidence.mounts())
                    : new TearDown();
        }
        return new RemoveRest();
    }
}
