package dev.caravel.kubelet.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.kubelet.admission.AdmissionVerdict.Admitted;
import dev.caravel.kubelet.admission.AdmissionVerdict.AfterPreempting;
import dev.caravel.kubelet.admission.AdmissionVerdict.Rejected;
import dev.caravel.kubelet.facts.CapacityFacts;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.facts.TestNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionRulesTest {
    private static final Node NODE =
            new NodeBuilder()
                    .withNewMetadata()
                    .withName("node-1")
                    .addToLabels("zone", "a")
                    .addToLabels("cores", "8")
                    .endMetadata()
                    .withNewSpec()
                    .addNewTaint("NoExecute", "gpu", null, "yes")
                    .addNewTaint("NoSchedule", "other", null, "yes")
                    .endSpec()
                    .build();

    /** A pod from the inside of its spec, in YAML's flow style; it tolerates the node's taint. */
    private static Pod pod(String name, String spec) {
        String text =
                "---\n{metadata: {name: NAME, namespace: shop, uid: u-NAME, annotations: {}, labels: {}},"
                        + " spec: {tolerations: [{key: gpu, operator: Exists}], SPEC}}";
        return Serialization.unmarshal(text.replace("NAME", name).replace("SPEC", spec), Pod.class);
    }

    private static Pod requesting(String name, String cpu, String memory, int priority) {
        return pod(
                name,
                "priority: %d, containers: [{name: c, resources: {requests: {cpu: %s, memory: %s}}}]"
                        .formatted(priority, cpu, memory));
    }

    private static NodeFacts facts() {
        NodeFacts node = TestNode.node();
        CapacityFacts capacity = node.capacity();
        Map<String, Quantity> allocatable = new HashMap<>(capacity.allocatable());
        allocatable.put("pods", new Quantity("4"));
        allocatable.put("example.com/gpu", new Quantity("1"));
        return TestNode.with(
                TestNode.with(
                        node,
                        new CapacityFacts(
                                capacity.capacity(),
                                allocatable,
                                capacity.memoryBytes(),
                                capacity.swapBytes(),
                                capacity.pageBytes(),
                                capacity.hugePageSizes())),
                Set.of("PodLevelResources", "NodeDeclaredFeatures"));
    }

    private static AdmissionInput input(Pod pod, Pod... others) {
        return new AdmissionInput(
                pod, List.of(others), Optional.of(NODE), facts(), Set.of(), List.of(), false);
    }

    private static String reason(AdmissionInput input) {
        return AdmissionRules.check(input) instanceof Rejected rejected
                ? rejected.reason()
                : "admitted";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    containers: [{name: c}]                                                          | admitted
                    os: {name: windows}, containers: [{name: c}]                                     | PodOSNotSupported
                    os: {name: linux}, containers: [{name: c}]                                       | admitted
                    nodeName: node-1, containers: [{name: c}]                                        | admitted
                    nodeName: node-2, containers: [{name: c}]                                        | NodeName
                    nodeSelector: {zone: a}, containers: [{name: c}]                                 | admitted
                    nodeSelector: {zone: b}, containers: [{name: c}]                                 | NodeAffinity
                    containers: [{name: c, resources: {requests: {cpu: 3500m}}}]                     | admitted
                    containers: [{name: c, resources: {requests: {cpu: 3501m}}}]                     | OutOfcpu
                    containers: [{name: c, resources: {requests: {memory: 8Gi}}}]                    | OutOfmemory
                    containers: [{name: c, resources: {requests: {ephemeral-storage: 91Gi}}}]        | OutOfephemeral-storage
                    containers: [{name: c, resources: {requests: {hugepages-2Mi: 66Mi}}}]            | OutOfhugepages-2Mi
                    containers: [{name: c, resources: {requests: {example.com/gpu: 2}}}]             | OutOfexample.com/gpu
                    containers: [{name: c, resources: {requests: {example.com/unknown: 2}}}]         | admitted
                    containers: [{name: c}], overhead: {cpu: 5}                                      | OutOfcpu
                    resources: {requests: {cpu: 5}}, containers: [{name: c}]                         | OutOfcpu
                    securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: x}]}, containers: []       | admitted
                    securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: x}]}, containers: []       | admitted
                    securityContext: {sysctls: [{name: net.core.somaxconn, value: x}]}, containers: []            | SysctlForbidden
                    hostNetwork: true, securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: x}]}, containers: [] | SysctlForbidden
                    hostIPC: true, securityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: x}]}, containers: []      | SysctlForbidden
                    containers: [{name: c, restartPolicyRules: [{action: RestartAllContainers}]}]    | PodFeatureUnsupported
                    hostNetwork: true, hostUsers: false, containers: [{name: c}]                     | PodFeatureUnsupported
                    securityContext: {supplementalGroupsPolicy: Strict}, containers: [{name: c}]     | admitted
                    securityContext: {appArmorProfile: {type: Localhost, localhostProfile: ' '}}, containers: [{name: c}] | AppArmor
                    securityContext: {appArmorProfile: {type: RuntimeDefault}}, containers: [{name: c}]                   | admitted
                    """)
    void rejectsForTheFirstRuleThatFails(String spec, String expected) {
        assertThat(reason(input(pod("p", spec)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {key: zone, operator: In, values: [a, b]}     | true
                    {key: zone, operator: In, values: [b]}        | false
                    {key: zone, operator: NotIn, values: [b]}     | true
                    {key: none, operator: NotIn, values: [b]}     | true
                    {key: zone, operator: NotIn, values: []}      | false
                    {key: zone, operator: Exists}                 | true
                    {key: none, operator: Exists}                 | false
                    {key: none, operator: DoesNotExist}           | true
                    {key: cores, operator: Gt, values: ['7']}     | true
                    {key: cores, operator: Gt, values: ['8']}     | false
                    {key: cores, operator: Lt, values: ['9']}     | true
                    {key: zone, operator: Lt, values: ['9']}      | false
                    {key: zone, operator: Near, values: [a]}      | false
                    """)
    void understandsNodeAffinity(String requirement, boolean expected) {
        Pod pod =
                pod(
                        "p",
                        "containers: [], affinity: {nodeAffinity:"
                                + " {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " {nodeSelectorTerms: [{}, {matchExpressions: ["
                                + requirement
                                + "]}]}}}");
        assertThat(NodeAffinityRule.matches(pod, NODE)).isEqualTo(expected);
    }

    @Test
    void matchesTheNodesNameAsAField() {
        String affinity =
                "containers: [], affinity: {nodeAffinity:"
                        + " {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
                        + " [{matchFields: [{key: metadata.name, operator: In, values: [%s]}]}]}}}";
        assertThat(NodeAffinityRule.matches(pod("p", affinity.formatted("node-1")), NODE)).isTrue();
        assertThat(NodeAffinityRule.matches(pod("p", affinity.formatted("node-2")), NODE))
                .isFalse();
    }

    @Test
    void asksForAFreshNodeWhenOnlyItsLabelsAreInTheWay() {
        Pod labels = pod("p", "nodeSelector: {zone: b}, containers: []");
        assertThat(((Rejected) AdmissionRules.check(input(labels))).onlyByNodeLabels()).isTrue();
        Pod more = pod("p", "nodeSelector: {zone: b}, nodeName: node-2, containers: []");
        assertThat(((Rejected) AdmissionRules.check(input(more))).onlyByNodeLabels()).isFalse();
    }

    @Test
    void saysWhatIsShortInUpstreamsWords() {
        Pod other = requesting("o", "1500m", "1Gi", 0);
        Rejected rejected =
                (Rejected) AdmissionRules.check(input(requesting("p", "2001m", "1Gi", 0), other));
        assertThat(rejected.message())
                .isEqualTo(
                        "Node didn't have enough resource: cpu, requested: 2001, used: 1500,"
                                + " capacity: 3500");
    }

    @Test
    void takesNoMorePodsThanItMay() {
        Pod[] others =
                Stream.of("a", "b", "c", "d")
                        .map(name -> pod(name, "containers: []"))
                        .toArray(Pod[]::new);
        assertThat(reason(input(pod("p", "containers: []"), others))).isEqualTo("OutOfpods");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {hostPort: 80, containerPort: 1}                    | {hostPort: 80, containerPort: 1}                   | NodePorts
                    {hostPort: 80, containerPort: 1, protocol: UDP}     | {hostPort: 80, containerPort: 1}                   | admitted
                    {hostPort: 80, containerPort: 1, hostIP: 10.0.0.1}  | {hostPort: 80, containerPort: 1}                   | NodePorts
                    {hostPort: 80, containerPort: 1, hostIP: 10.0.0.1}  | {hostPort: 80, containerPort: 1, hostIP: 10.0.0.2} | admitted
                    {containerPort: 80}                                 | {containerPort: 80}                                | admitted
                    """)
    void keepsHostPortsApart(String own, String theirs, String expected) {
        String spec = "containers: [{name: c, ports: [%s]}]";
        assertThat(reason(input(pod("p", spec.formatted(own)), pod("o", spec.formatted(theirs)))))
                .isEqualTo(expected);
    }

    @Test
    void heedsOnlyTaintsThatWouldDriveThePodAway() {
        Pod pod = pod("p", "containers: []");
        pod.getSpec().setTolerations(List.of());
        Rejected rejected = (Rejected) AdmissionRules.check(input(pod));
        assertThat(rejected.reason()).isEqualTo("TaintToleration");
        assertThat(rejected.message())
                .isEqualTo(
                        "Predicate TaintToleration failed: node(s) had taints that the pod didn't"
                                + " tolerate");
        pod.getMetadata().setAnnotations(Map.of("kubernetes.io/config.source", "file"));
        assertThat(AdmissionRules.check(input(pod))).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    MemoryPressure | containers: [{name: c}]                                                | Evicted
                    MemoryPressure | containers: [{name: c, resources: {requests: {cpu: 1}}}]               | admitted
                    MemoryPressure | priority: 2000000000, containers: [{name: c}]                          | admitted
                    DiskPressure   | containers: [{name: c, resources: {requests: {cpu: 1}}}]               | Evicted
                    DiskPressure   | priority: 2000000000, containers: [{name: c}]                          | admitted
                    """)
    void rejectsUnderPressure(String pressure, String spec, String expected) {
        AdmissionInput calm = input(pod("p", spec));
        AdmissionInput pressed =
                new AdmissionInput(
                        calm.pod(),
                        List.of(),
                        calm.node(),
                        calm.facts(),
                        Set.of(),
                        List.of(pressure),
                        false);
        assertThat(reason(pressed)).isEqualTo(expected);
        if (expected.equals("Evicted")) {
            assertThat(((Rejected) AdmissionRules.check(pressed)).message())
                    .isEqualTo("The node had condition: [" + pressure + "]. ");
        }
    }

    @Test
    void rejectsEverythingWhileTheNodeGoesDown() {
        AdmissionInput up = input(pod("p", "containers: []"));
        AdmissionInput down =
                new AdmissionInput(
                        up.pod(), List.of(), up.node(), up.facts(), Set.of(), List.of(), true);
        assertThat(reason(down)).isEqualTo("NodeShutdown");
    }

    @Test
    void rejectsWithoutANode() {
        AdmissionInput known = input(pod("p", "containers: []"));
        AdmissionInput unknown =
                new AdmissionInput(
                        known.pod(),
                        List.of(),
                        Optional.empty(),
                        known.facts(),
                        Set.of(),
                        List.of(),
                        false);
        assertThat(reason(unknown)).isEqualTo("InvalidNodeInfo");
    }

    @Test
    void makesRoomForACriticalPodWithTheLeastHarm() {
        Pod critical = requesting("critical", "1500m", "1Gi", 2_000_000_000);
        Pod guaranteed =
                pod(
                        "guaranteed",
                        "containers: [{name: c, resources: {requests: {cpu: 1500m, memory: 1Gi},"
                                + " limits: {cpu: 1500m, memory: 1Gi}}}]");
        Pod small = requesting("small", "500m", "1Gi", 0);
        Pod big = requesting("big", "1500m", "1Gi", 0);
        AfterPreempting verdict =
                (AfterPreempting) AdmissionRules.check(input(critical, guaranteed, small, big));
        assertThat(verdict.victims())
                .extracting(p -> p.getMetadata().getName())
                .containsExactly("big");
        assertThat(verdict.resource()).isEqualTo("cpu");
    }

    @Test
    void preemptsNobodyInVain() {
        Pod critical = requesting("critical", "4", "1Gi", 2_000_000_000);
        Pod other = requesting("other", "3", "1Gi", 0);
        Rejected rejected = (Rejected) AdmissionRules.check(input(critical, other));
        assertThat(rejected.reason()).isEqualTo("UnexpectedAdmissionError");
        Pod elsewhere = requesting("critical", "3", "1Gi", 2_000_000_000);
        elsewhere.getSpec().setNodeName("node-2");
        assertThat(reason(input(elsewhere, other))).isEqualTo("NodeName");
    }

    @Test
    void refusesPatternsOfSysctlsThatAreNotNamespaced() {
        assertThat(SysctlAllowlist.problems(List.of("net.core.*", "kernel.msg*", "vm.swappiness")))
                .containsExactly("the sysctls \"vm.swappiness\" are not known to be namespaced");
    }
}
