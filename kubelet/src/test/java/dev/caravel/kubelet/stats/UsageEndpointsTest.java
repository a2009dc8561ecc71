package dev.caravel.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.ContainerStatus;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.cri.fake.FakeRuntime;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.facts.CgroupFacts;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.kubelet.pod.PodSource;
import dev.caravel.linux.cgroup.CgroupDriver;
import dev.caravel.linux.cgroup.CgroupName;
import dev.caravel.linux.cgroup.KubepodsNames;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.proc.ProcFs;
import dev.caravel.linux.sys.Kernel;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageEndpointsTest {
    private static final Instant BEGAN = Instant.parse("2026-01-02T03:04:05Z");
    private static final String POD = "/kubepods/besteffort/podu1";
    private static final String CONTAINER = POD + "/c0ffee";

    @TempDir Path logs;

    private final Ticks ticks = Ticks.system();
    private final FakeGroups groups = new FakeGroups();
    private final FakeRuntime runtime = new FakeRuntime(ticks.clock());
    private final PodStore store = new PodStore(Set.of(PodSource.API));
    private final RuntimeView view = new RuntimeView(runtime, ticks, _ -> {});
    private final ProcFs proc = new ProcFs();
    private final SnapshotReader reader =
            new SnapshotReader(
                    new UsageSources(
                            store, view, groups, UsageEndpointsTest::names, proc, Map.of(), ticks));

    private static CgroupFacts names() {
        return new CgroupFacts(
                CgroupDriver.CGROUPFS, new KubepodsNames(CgroupName.root()), true, true);
    }

    @BeforeEach
    void runOnePod() {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("web")
                        .withUid("u1")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("nginx")
                        .endContainer()
                        .endSpec()
                        .build();
        PodRef ref = PodRef.of(pod);
        store.put(new DesiredPod(ref, PodSource.API, pod, BEGAN));
        view.note(
                ref,
                new SandboxStatus(
                        "s1",
                        new SandboxMetadata("web", "shop", "u1", 0),
                        SandboxState.READY,
                        BEGAN,
                        List.of(),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        "",
                        List.of(),
                        Optional.empty(),
                        Map.of()));
        view.note(
                ref,
                "s1",
                ContainerStatus.builder(
                                "c0ffee",
                                new ContainerMetadata("nginx", 0),
                                ContainerState.RUNNING,
                                BEGAN,
                                ImageSpec.of("nginx:1"))
                        .startedAt(BEGAN)
                        .build());
        groups.memory.put("/", 9000L);
        groups.memory.put("/kubepods", 8000L);
        groups.memory.put(POD, 7000L);
        groups.memory.put(CONTAINER, 6000L);
    }

    private SummaryHandler summary() {
        return new SummaryHandler(
                "n1",
                reader,
                new StorageReader(
                        runtime,
                        runtime,
                        Kernel.files(),
                        new DirectoryTree(Kernel.files()),
                        logs,
                        logs),
                proc,
                new KubernetesSerialization()::asJson);
    }

    private static String get(HttpHandler handler, String query) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (HttpServer server =
                        HttpServer.start(
                                HttpServerSettings.of("test", any, Optional.empty()), handler);
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/x" + query);
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }
    }

    @Test
    void resourceMetricsCarryTheTimeOfTheReading() throws Exception {
        String text = get(new ResourceMetrics(reader), "");
        String labels = "{container=\"nginx\",namespace=\"shop\",pod=\"web\"}";
        assertThat(text)
                .contains("container_cpu_usage_seconds_total" + labels + " 0.25 ")
                .containsPattern(
                        "container_memory_working_set_bytes\\Q" + labels + "\\E 5900 \\d{13}\n")
                .containsPattern("pod_memory_working_set_bytes\\{[^}]*} 6900 \\d{13}\n")
                .containsPattern("node_cpu_usage_seconds_total 0.25 \\d{13}\n")
                .contains("container_start_time_seconds" + labels + " 1.767323045e+09\n")
                .contains("\nresource_scrape_error 0\n")
                .doesNotContain("container_swap_limit_bytes");
    }

    @Test
    void aGroupThatCannotBeReadShowsAsAnErrorAndHarmsNoOther() throws Exception {
        groups.broken = CONTAINER;
        assertThat(get(new ResourceMetrics(reader), ""))
                .contains("\nresource_scrape_error 1\n", "\nscrape_error 1\n")
                .contains("pod_memory_working_set_bytes")
                .doesNotContain("container_memory_working_set_bytes");
    }

    @Test
    void cadvisorSeriesCarryAllLabelsBlankOrNot() throws Exception {
        String text = get(new CadvisorMetrics(reader, proc, new BlockDevices(logs)), "");
        String container =
                "container=\"nginx\",id=\""
                        + CONTAINER
                        + "\",image=\"nginx:1\",name=\"c0ffee\","
                        + "namespace=\"shop\",pod=\"web\"";
        assertThat(text)
                .contains(
                        "container_cpu_usage_seconds_total{" + container + ",cpu=\"total\"} 0.25 ")
                .contains("container_cpu_cfs_throttled_seconds_total{" + container + "} 2 ")
                .contains("container_pressure_cpu_waiting_seconds_total{" + container + "} 7 ")
                .contains(
                        "container_memory_usage_bytes{container=\"\",id=\""
                                + POD
                                + "\",image=\"\",name=\"\",namespace=\"shop\",pod=\"web\"} 7000 ")
                .contains("machine_memory_bytes{boot_id=");
    }

    @Test
    void theFirstSummaryAlreadyHasRates() throws Exception {
        String json = get(summary(), "");
        assertThat(json)
                .contains("\"nodeName\":\"n1\"")
                .contains("\"podRef\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u1\"}")
                .contains("\"startTime\":\"2026-01-02T03:04:05Z\"")
                .contains("\"usageNanoCores\":")
                .contains("\"availableBytes\":4100")
                .contains("\"process_stats\":{\"process_count\":2}")
                .contains("\"rlimit\":{");
    }

    @Test
    void aSummaryOfCpuAndMemoryLeavesOutTheRest() throws Exception {
        assertThat(get(summary(), "?only_cpu_and_memory=true"))
                .contains("\"cpu\":{", "\"memory\":{", "\"swap\":{")
                .doesNotContain("\"fs\":", "\"rlimit\":", "\"network\":", "\"ephemeral-storage\":");
    }

    @Test
    void aPodWhoseSandboxIsGoneIsNotShown() throws Exception {
        view.noteRemoved("u1", "s1");
        assertThat(get(summary(), "")).contains("\"pods\":[]");
    }
}
