package dev.caravel.kubelet.metrics;

import dev.caravel.cri.ContainerState;
import dev.caravel.daemon.metrics.SeriesSource;
import dev.caravel.daemon.metrics.SeriesWriter;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedPod;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Plan;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.worker.Explanation;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How many pods and containers are wanted, worked on and running, counted at each scrape.
 *
 * @param workers what each pod's worker is at
 */
public record PodGauges(PodStore store, RuntimeView view, Supplier<List<Explanation>> workers)
        implements SeriesSource {

    private static final String STATIC = "static";
    private static final List<String> LIFECYCLES = List.of("sync", "terminating", "terminated");

    @Override
    public void collect(SeriesWriter out) throws IOException {
        List<DesiredPod> desired = store.all();
        List<Explanation> all = workers.get();
        out.family(
                "kubelet_desired_pods",
                SeriesWriter.Type.GAUGE,
                "[ALPHA] The number of pods the kubelet is being instructed to run. static is true"
                        + " if the pod is not from the apiserver.");
        bySource(out, desired);
        out.family(
                "kubelet_active_pods",
                SeriesWriter.Type.GAUGE,
                "[ALPHA] The number of pods the kubelet considers active and which are being"
                        + " considered when admitting new pods. static is true if the pod is not"
                        + " from the apiserver.");
        bySource(
                out,
                all.stream()
                        .filter(e -> lifecycle(e).equals("sync"))
                        .map(Explanation::pod)
                        .toList());
        out.family(
                        "kubelet_mirror_pods",
                        SeriesWriter.Type.GAUGE,
                        "[ALPHA] The number of mirror pods the kubelet will try to create (one per"
                                + " admitted static pod)")
                .sample(store.mirrorCount());
        working(out, desired, all);
        out.family(
                        "kubelet_managed_ephemeral_containers",
                        SeriesWriter.Type.GAUGE,
                        "[ALPHA] Current number of ephemeral containers in pods managed by this"
                                + " kubelet.")
                .sample(
                        desired.stream()
                                .mapToInt(p -> PodContainer.ephemeral(p.pod()).size())
                                .sum());
        running(out);
    }

    private static void bySource(SeriesWriter out, List<DesiredPod> pods) throws IOException {
        long fixed = pods.stream().filter(p -> p.source().isStatic()).count();
        out.sample((double) (pods.size() - fixed), STATIC, "");
        out.sample((double) fixed, STATIC, "true");
    }

    private static String lifecycle(Explanation e) {
        if (e.plan().filter(Plan::released).isPresent()) {
            return "terminated";
        }
        return e.plan().flatMap(Plan::termination).isPresent() ? "terminating" : "sync";
    }

    private void working(SeriesWriter out, List<DesiredPod> desired, List<Explanation> all)
            throws IOException {
        out.family(
                "kubelet_working_pods",
                SeriesWriter.Type.GAUGE,
                "[ALPHA] Number of pods the kubelet is actually running, broken down by lifecycle"
                        + " phase, whether the pod is desired, orphaned, or runtime only (also"
                        + " orphaned), and whether the pod is static. An orphaned pod has been"
                        + " removed from local configuration or force deleted in the API and"
                        + " consumes resources that are not otherwise visible.");
        Set<String> wanted = desired.stream().map(p -> p.ref().uid()).collect(Collectors.toSet());
        for (String config : List.of("desired", "orphan")) {
            for (String lifecycle : LIFECYCLES) {
                for (boolean fixed : new boolean[] {false, true}) {
                    long count =
                            all.stream()
                                    .filter(e ->
                                            wanted.contains(e.pod().ref().uid())
                                                    == config.equals("desired"))
                                    .filter(e -> e.pod().source().isStatic() == fixed)
                                    .filter(e -> lifecycle(e).equals(lifecycle))
                                    .count();
                    sample(out, count, config, lifecycle, fixed ? "true" : "");
                }
            }
        }
        Set<String> known = all.stream().map(e -> e.pod().ref().uid()).collect(Collectors.toSet());
        long strangers =
                view.all().stream()
                        .filter(ref -> !known.contains(ref.uid()))
                        .filter(ref -> view.of(ref.uid()).mayRun())
                        .count();
        sample(out, strangers, "runtime_only", "terminating", "unknown");
        sample(out, 0, "runtime_only", "terminated", "unknown");
    }

    private static void sample(
            SeriesWriter out, long count, String config, String lifecycle, String fixed)
            throws IOException {
        out.sample((double) count, "config", config, "lifecycle", lifecycle, STATIC, fixed);
    }

    private void running(SeriesWriter out) throws IOException {
        long sandboxes = 0;
        Map<ContainerState, Integer> states = new EnumMap<>(ContainerState.class);
        for (PodRef ref : view.all()) {
            ObservedPod pod = view.of(ref.uid());
            sandboxes += pod.newestSandbox().filter(s -> s.ready()).isPresent() ? 1 : 0;
            for (ObservedContainer c : pod.containers()) {
                states.merge(c.state(), 1, Integer::sum);
            }
        }
        out.family(
                        "kubelet_running_pods",
                        SeriesWriter.Type.GAUGE,
                        "[ALPHA] Number of pods that have a running pod sandbox")
                .sample((double) sandboxes);
        if (states.isEmpty()) {
            return;
        }
        out.family(
                "kubelet_running_containers",
                SeriesWriter.Type.GAUGE,
                "[ALPHA] Number of containers currently running");
        for (Map.Entry<ContainerState, Integer> state : states.entrySet()) {
            out.sample(
                    state.getValue(),
                    "container_state",
                    state.getKey().name().toLowerCase(Locale.ROOT));
        }
    }
}
