package dev.caravel.kubelet.plan.rules;

import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.plan.Activity;
import dev.caravel.kubelet.plan.ActivityKey;
import dev.caravel.kubelet.plan.PlanBuilder;
import dev.caravel.kubelet.plan.PodSnapshot;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.Objects;

/**
 * Folders and volumes come first, once per kubelet process; later only what they show is refreshed.
 */
public final class PreparationRule {

    private static final String ROOT_CA = "kube-root-ca.crt";

    private PreparationRule() {}

    public static void plan(PodSnapshot s, PlanBuilder plan) {
        if (!isPrepared(s)) {
            plan.add(new Action.PreparePod("its volumes are not ready yet"));
        } else if (s.objectsChanged()) {
            plan.add(new Action.RefreshVolumes("an object shown in a volume may have changed"));
        }
    }

    /** Whether volumes are mounted. */
    public static boolean isPrepared(PodSnapshot s) {
        return s.activity(ActivityKey.PREPARE).filter(Activity.Done.class::isInstance).isPresent();
    }

    /**
     * Whether the sandbox may start while volumes are prepared: only if no volume can be missing,
     * since condition PodReadyToStartContainers must stay False for a pod whose volumes cannot be
     * mounted.
     */
    public static boolean sandboxMayStart(PodSnapshot s) {
        return isPrepared(s)
                || s.pod().getSpec().getVolumes().stream()
                        .allMatch(PreparationRule::cannotBeMissing);
    }

    private static boolean cannotBeMissing(Volume v) {
        if (v.getProjected() != null) {
            return v.getProjected().getSources().stream()
                    .allMatch(PreparationRule::cannotBeMissing);
        }
        return v.getEmptyDir() != null || v.getDownwardAPI() != null;
    }

    private static boolean cannotBeMissing(VolumeProjection p) {
        return p.getServiceAccountToken() != null
                || p.getDownwardAPI() != null
                || (p.getConfigMap() != null
                        && Objects.equals(p.getConfigMap().getName(), ROOT_CA));
    }
}
