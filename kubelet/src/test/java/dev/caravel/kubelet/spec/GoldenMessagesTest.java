package dev.caravel.kubelet.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.DnsConfig;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.IdMapping;
import dev.caravel.cri.Mount;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.UserNamespace;
import dev.caravel.cri.grpc.WireMessages;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.env.Environments;
import dev.caravel.kubelet.env.TestObjects;
import dev.caravel.kubelet.facts.CgroupFacts;
import dev.caravel.kubelet.facts.MemoryFacts;
import dev.caravel.kubelet.facts.MemoryFacts.Reservation;
import dev.caravel.kubelet.facts.MemoryFacts.Swap;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.facts.SecurityFacts;
import dev.caravel.kubelet.facts.TestNode;
import dev.caravel.kubelet.network.DnsConfigs;
import dev.caravel.kubelet.network.Hostnames;
import dev.caravel.kubelet.network.HostsFile;
import dev.caravel.kubelet.network.ResolvConf;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.pod.RuntimeLabels;
import dev.caravel.kubelet.resources.PodCgroups;
import dev.caravel.linux.cgroup.CgroupLimits;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares every message about a pod with the one the Go kubelet 1.37.2 makes of the same pod on
 * the same node. The files under {@code golden/pods} hold what that kubelet answered.
 */
class GoldenMessagesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/pods");
    private static final List<String> POD_IPS = List.of("10.244.1.9", "fd00:10::9");
    private static final List<String> HOST_IPS = List.of("192.168.7.5", "fd00:7::5");
    private static final UserNamespace MAPPING =
            new UserNamespace(
                    NamespaceMode.POD,
                    List.of(new IdMapping(65536, 0, 65536)),
                    List.of(new IdMapping(65536, 0, 65536)));

    private final ResolvConf hostDns =
            new ResolvConf(
                    List.of("192.168.7.1", "192.168.7.2"),
                    List.of("corp.example", "lan"),
                    List.of("timeout:2", "edns0"));

    static Stream<String> pods() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pods")
    void saysToTheRuntimeWhatTheGoKubeletSays(String name) throws Exception {
        Pod pod =
                Serialization.unmarshal(
                        Files.readString(GOLDEN.resolve(name + ".json")), Pod.class);
        Map<String, String> expected = sections(Files.readString(GOLDEN.resolve(name + ".txt")));
        Map<String, String> actual = new TreeMap<>();
        variants().forEach((variant, node) -> addSections(actual, variant, pod, node));
        if (!HostsFile.isHostNetwork(pod)) {
            actual.put("hosts", HostsFile.ofPod(pod, Hostnames.of(pod, "cluster.local"), POD_IPS));
        }
        DnsConfigs.of(pod, TestNode.node(), hostDns)
                .podEvents()
                .forEach(e ->
                        actual.put(
                                "event",
                                e.type().text() + " " + e.reason() + " " + e.message() + "\n"));
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        SoftAssertions all = new SoftAssertions();
        expected.forEach((title, text) ->
                all.assertThat(lines(actual.getOrDefault(title, "")))
                        .as(title)
                        .containsExactlyElementsOf(lines(text)));
        all.assertAll();
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    private static Map<String, NodeFacts> variants() {
        NodeFacts plain = TestNode.node();
        SecurityFacts security = plain.security();
        NodeFacts strict =
                TestNode.with(
                        TestNode.with(
                                plain,
                                new MemoryFacts(
                                        Swap.LIMITED_SWAP,
                                        true,
                                        true,
                                        OptionalDouble.of(0.9),
                                        Reservation.TIERED)),
                        new SecurityFacts(
                                true,
                                security.selinuxEnabled(),
                                security.appArmorEnabled(),
                                List.of(),
                                Map.of(),
                                List.of(),
                                security.kernelVersion()));
        CgroupFacts cgroups = plain.cgroups();
        NodeFacts v1 =
                TestNode.with(
                        TestNode.with(
                                plain,
                                new CgroupFacts(cgroups.driver(), cgroups.names(), false, true)),
                        new MemoryFacts(
                                Swap.NO_SWAP,
                                true,
                                true,
                                OptionalDouble.empty(),
                                Reservation.NONE));
        return Map.of("plain", plain, "strict", strict, "v1", v1);
    }

    private void addSections(
            Map<String, String> sections, String variant, Pod pod, NodeFacts node) {
        DnsConfig dns = DnsConfigs.of(pod, node, hostDns).config();
        String handler = pod.getSpec().getRuntimeClassName() == null ? "" : "kata-h";
        SandboxInputs inputs =
                new SandboxInputs(2, handler, sorted(dns), mapping(pod), List.of(), false);
        sections.put(
                variant + " sandbox",
                text(() -> WireMessages.of(SandboxConfigs.of(pod, node, inputs))));
        sections.put(variant + " cgroup", text(PodCgroups.limits(pod, node, false)));
        List<PodContainer> containers = new ArrayList<>(PodContainer.inits(pod));
        containers.addAll(PodContainer.regular(pod));
        for (PodContainer container : containers) {
            sections.put(
                    variant + " container " + container.name(),
                    text(() -> WireMessages.of(container(pod, container, node, handler))));
        }
    }

    private static ContainerConfig container(
            Pod pod, PodContainer container, NodeFacts node, String handler)
            throws ContainerConfigException {
        List<String> ips = HostsFile.isHostNetwork(pod) ? HOST_IPS : POD_IPS;
        Environment environment =
                new Environments(
                                TestObjects.ofGolden(),
                                TestObjects.goldenServices(),
                                TestObjects.noVolumes(),
                                TestObjects.noFiles())
                        .of(pod, container, node, ips);
        Mount hosts =
                Mount.bind(
                                node.paths().etcHosts(pod.getMetadata().getUid()).toString(),
                                HostsFile.CONTAINER_PATH)
                        .selinuxRelabel(true)
                        .build();
        ContainerConfig config =
                ContainerConfigs.of(
                        pod,
                        container,
                        node,
                        new ContainerInputs(
                                3,
                                "sha256:abc",
                                imageUser(container.spec().getImage()),
                                environment,
                                List.of(hosts),
                                List.of(),
                                List.of(),
                                Map.of(),
                                handler,
                                mapping(pod),
                                List.of(),
                                Optional.empty(),
                                ContainerInputs.Pinning.none()));
        return config.toBuilder()
                .envs(config.envs().stream().sorted(Comparator.comparing(EnvVar::name)).toList())
                .build();
    }

    private static ImageUser imageUser(String image) {
        return switch (image) {
            case "img/uid:1" -> new ImageUser(OptionalLong.of(1234), "");
            case "img/name:1" -> new ImageUser(OptionalLong.empty(), "nobody");
            default -> new ImageUser(OptionalLong.of(0), "");
        };
    }

    private static Optional<UserNamespace> mapping(Pod pod) {
        Boolean hostUsers = pod.getSpec().getHostUsers();
        return hostUsers != null && !hostUsers ? Optional.of(MAPPING) : Optional.empty();
    }

    /** Go takes the options from a map; their order means nothing. */
    private static DnsConfig sorted(DnsConfig dns) {
        return new DnsConfig(
                dns.servers(), dns.searches(), dns.options().stream().sorted().toList());
    }

    private interface Build {
        Message message() throws ContainerConfigException;
    }

    private static String text(Build build) {
        try {
            StringBuilder text = new StringBuilder();
            MessageText.lines(build.message())
                    .forEach(line -> text.append(normalized(line)).append('\n'));
            return text.toString();
        } catch (ContainerConfigException e) {
            return "error: " + e.message() + "\n";
        }
    }

    private static String text(CgroupLimits limits) {
        StringBuilder text = new StringBuilder();
        limits.cpuShares().ifPresent(v -> text.append("shares: ").append(v).append('\n'));
        limits.cpuQuotaMicros().ifPresent(v -> text.append("quota: ").append(v).append('\n'));
        limits.cpuPeriodMicros().ifPresent(v -> text.append("period: ").append(v).append('\n'));
        limits.memoryLimitBytes().ifPresent(v -> text.append("memory: ").append(v).append('\n'));
        limits.hugetlbBytes()
                .orElse(Map.of())
                .forEach((size, v) ->
                        text.append("hugepages ").append(size).append(": ").append(v).append('\n'));
        new TreeMap<>(limits.unified())
                .forEach((file, v) -> text.append(file).append(": ").append(v).append('\n'));
        return text.toString();
    }

    /** Two annotations hold JSON, in which the order of keys and the way of escaping are free. */
    private static String normalized(String line) {
        boolean json =
                line.startsWith("annotations[" + RuntimeLabels.PRE_STOP_HANDLER + "]")
                        || line.startsWith("annotations[" + RuntimeLabels.CONTAINER_PORTS + "]");
        if (!json) {
            return line;
        }
        int start = line.indexOf(": ") + 2;
        String text =
                line.substring(start + 1, line.length() - 1)
                        .replace("\\\"", "\"")
                        .replace("\\\\u", "\\u");
        Object tree = Serialization.unmarshal(text, Object.class);
        return line.substring(0, start) + sortedTree(tree);
    }

    private static Object sortedTree(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, value) -> sorted.put(String.valueOf(key), sortedTree(value)));
            return sorted;
        }
        return tree instanceof List<?> list
                ? list.stream().map(GoldenMessagesTest::sortedTree).toList()
                : tree;
    }

    private static Map<String, String> sections(String text) {
        Map<String, String> sections = new LinkedHashMap<>();
        String title = "";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("== ")) {
                title = line.substring(3);
                sections.put(title, "");
            } else {
                sections.merge(title, normalized(line) + "\n", String::concat);
            }
        }
        // the file ends in a newline, which the last section must not count twice
        String last = title;
        sections.computeIfPresent(last, (t, s) -> s.substring(0, s.length() - 1));
        return sections;
    }
}
