package dev.caravel.daemon.metrics;

import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import java.io.IOException;
import java.util.Map;

/** What was built and which features are on, under the names all Kubernetes components use. */
public record BuildMetrics(FeatureGates gates) implements SeriesSource {
    @Override
    public void collect(SeriesWriter out) throws IOException {
        out.family(
                        "kubernetes_build_info",
                        SeriesWriter.Type.GAUGE,
                        "[BETA] A metric with a constant '1' value labeled by major, minor, git"
                                + " version, git commit, git tree state, build date, Go version,"
                                + " and compiler from which Kubernetes was built, and platform on"
                                + " which it is running.")
                .sample(1, KubernetesVersion.buildLabels().toArray(String[]::new));
        out.family(
                "kubernetes_feature_enabled",
                SeriesWriter.Type.GAUGE,
                "[BETA] This metric records the data about the stage and enablement of a k8s"
                        + " feature.");
        feature(out, FeatureGates.ALL_ALPHA, "ALPHA", false);
        feature(out, FeatureGates.ALL_BETA, "BETA", false);
        for (Map.Entry<Gate, Boolean> gate : gates.values().entrySet()) {
            feature(out, gate.getKey().name(), stage(gate.getKey()), gate.getValue());
        }
    }

    private static void feature(SeriesWriter out, String name, String stage, boolean enabled)
            throws IOException {
        out.sample(enabled ? 1 : 0, "name", name, "stage", stage);
    }

    /** Finished features have no stage. */
    private static String stage(Gate gate) {
        return switch (gate.stage()) {
            case GA -> "";
            case ALPHA, BETA, DEPRECATED -> gate.stage().name();
        };
    }
}
