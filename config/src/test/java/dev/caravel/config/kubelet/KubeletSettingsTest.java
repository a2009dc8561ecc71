package dev.caravel.config.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.Complaint;
import dev.caravel.config.Warning;
import dev.caravel.config.gates.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeletSettingsTest {

    private static final HostFacts HOST = new HostFacts(false);
    private static final String HEAD =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    @TempDir Path dir;

    @Test
    void withoutAFileTheOldOpenDefaultsCount() {
        KubeletConfiguration config = loaded().config();
        assertThat(config.authentication().anonymous().enabled()).isTrue();
        assertThat(config.authentication().webhook().enabled()).isFalse();
        assertThat(config.authorization().mode()).isEqualTo(KubeletAuthorization.Mode.ALWAYS_ALLOW);
        assertThat(config.readOnlyPort()).isEqualTo(10255);
        assertThat(config.evictionHard()).isEmpty();
    }

    @Test
    void withAFileTheClosedDefaultsCount() throws IOException {
        assertThat(loaded("--config", main("")).config())
                .isEqualTo(KubeletConfiguration.defaults());
    }

    @Test
    void flagsThatNoFileHoldsAreRead() {
        KubeletFlags flags =
                loaded(
                                "--hostname-override=n1",
                                "--node-ip=1.1.1.1,fd00::1",
                                "--node-labels=a=b,node.kubernetes.io/x=",
                                "--root-dir=/srv",
                                "--version=v1.37.2-x")
                        .flags();
        assertThat(flags.hostnameOverride()).isEqualTo("n1");
        assertThat(flags.nodeIp()).isEqualTo("1.1.1.1,fd00::1");
        assertThat(flags.nodeLabels()).isEqualTo(Map.of("a", "b", "node.kubernetes.io/x", ""));
        assertThat(flags.rootDir()).isEqualTo(Path.of("/srv"));
        assertThat(flags.certDir()).isEqualTo(Path.of("/var/lib/kubelet/pki"));
        assertThat(flags.kubeconfig()).isEmpty();
        assertThat(flags.maximumDeadContainersPerContainer()).isEqualTo(1);
        assertThat(flags.maximumDeadContainers()).isEqualTo(-1);
        assertThat(flags.housekeepingInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(flags.reportedVersion()).isEqualTo("v1.37.2-x");
    }

    @Test
    void flagsWinOverTheFileAndZeroStaysZero() throws IOException {
        KubeletConfiguration config =
                loaded(
                                "--config",
                                main(
                                        "maxPods: 20\nclusterDNS: [1.1.1.1]\nkubeReserved: {cpu: 1m}\nlogging: {vmodule: [{filePattern: a, verbosity: 1}]}"),
                                "--max-pods=0",
                                "--cluster-dns=2.2.2.2",
                                "--kube-reserved=memory=1Gi",
                                "--vmodule=b=2")
                        .config();
        assertThat(config.maxPods()).isZero();
        assertThat(config.clusterDNS()).containsExactly("2.2.2.2");
        assertThat(config.kubeReserved()).isEqualTo(Map.of("memory", "1Gi"));
        assertThat(config.logging().vmodule())
                .map(item -> item.filePattern())
                .containsExactly("a", "b");
    }

    @Test
    void gatesOfFlagsAreMergedIntoThoseOfTheFileOneByOne() throws IOException {
        KubeletSettings.Loaded settings =
                loaded(
                        "--config",
                        main("featureGates: {MemoryQoS: true, CRIListStreaming: true}"),
                        "--feature-gates=MemoryQoS=false");
        assertThat(settings.config().featureGates())
                .isEqualTo(Map.of("MemoryQoS", false, "CRIListStreaming", true));
        assertThat(settings.gates().enabled(Gate.MemoryQoS)).isFalse();
        assertThat(settings.gates().enabled(Gate.CRIListStreaming)).isTrue();
    }

    @Test
    void aGateThatIsOffTakesItsDefaultAway() throws IOException {
        KubeletConfiguration config =
                loaded(
                                "--config",
                                main(""),
                                "--feature-gates=KubeletCrashLoopBackOffMax=false,KubeletEnsureSecretPulledImages=false")
                        .config();
        assertThat(config.crashLoopBackOff().maxContainerRestartPeriod()).isEmpty();
        assertThat(config.imagePullCredentialsVerificationPolicy()).isEmpty();
    }

    @Test
    void kubeadmsZerosBecomeDefaults() throws IOException {
        String zeros =
                "syncFrequency: 0s\nnodeStatusReportFrequency: 0s\nnodeStatusUpdateFrequency: 0s\nimageMinimumGCAge: 0s\nauthorization: {webhook: {cacheAuthorizedTTL: 0s}}\nlogging: {flushFrequency: 0}\nmemorySwap: {}\ncontainerRuntimeEndpoint: \"\"\ncgroupDriver: \"\"\n";
        assertThat(loaded("--config", main(zeros)).config())
                .isEqualTo(KubeletConfiguration.defaults());
    }

    @Test
    void updatingMoreOftenMeansReportingMoreOften() throws IOException {
        assertThat(
                        loaded("--config", main("nodeStatusUpdateFrequency: 20s"))
                                .config()
                                .nodeStatusReportFrequency())
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(
                        loaded("--config", main(""), "--node-status-update-frequency=20s")
                                .config()
                                .nodeStatusReportFrequency())
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void relativePathsOfTheFileAreRelativeToItsFolder() throws IOException {
        KubeletConfiguration config =
                loaded(
                                "--config",
                                main(
                                        "staticPodPath: manifests\ntlsCertFile: ../a.crt\nresolvConf: \"\"\nvolumePluginDir: /abs/\n"))
                        .config();
        assertThat(config.staticPodPath()).isEqualTo(dir.resolve("manifests").toString());
        assertThat(config.tlsCertFile()).isEqualTo(dir.resolve("../a.crt").normalize().toString());
        assertThat(config.resolvConf()).isEmpty();
        assertThat(config.volumePluginDir()).isEqualTo("/abs/");
    }

    @Test
    void unknownAndRepeatedFieldsOfTheFileAreWarnings() throws IOException {
        KubeletSettings.Loaded settings =
                loaded(
                        "--config",
                        main("maxPodz: 1\nmaxPods: 5\nmaxPods: 6\nauthentication: {x510: {}}\n"));
        assertThat(settings.config().maxPods()).isEqualTo(6);
        assertThat(settings.warnings())
                .map(Warning::toString)
                .containsExactlyInAnyOrder(
                        file()
                                + ":3:10: maxPodz is not a known field; did you mean maxPods?; ignored",
                        file()
                                + ":5:1: maxPods is written a second time, first at "
                                + file()
                                + ":4:10; this one counts",
                        file()
                                + ":6:24: authentication.x510 is not a known field; did you mean x509?; ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                    | config.yaml: is empty
                    # nothing                             | config.yaml: is empty
                    maxPods: 5                            | config.yaml:1:1: kind: null must be KubeletConfiguration
                    {kind: Pod, apiVersion: v1}           | config.yaml:1:8: kind: "Pod" must be KubeletConfiguration
                    [a]                                   | config.yaml:1:1: must be a mapping of fields, is a list
                    a: [                                  | config.yaml:2:1: is not valid YAML
                    """)
    void aFileThatIsNoConfigurationIsRejected(String text, String complaint) throws IOException {
        Files.writeString(dir.resolve("config.yaml"), text + "\n");
        assertThat(rejected("--config", file()))
                .anySatisfy(line -> assertThat(line).contains(complaint));
    }

    @Test
    void aMissingFileIsRejectedFast() {
        assertThat(rejected("--config", file())).containsExactly(file() + ": does not exist");
    }

    @Test
    void aLargeFileIsRejectedAndNeverCutShort() throws IOException {
        assertThat(rejected("--config", main("# " + "\u00e4".repeat(1 << 19))))
                .containsExactly(
                        file() + ": cannot be read: larger than the limit of 1048576 bytes");
    }

    @Test
    void aFileThatIsNoTextIsRejected() throws IOException {
        Files.write(dir.resolve("config.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(rejected("--config", file())).containsExactly(file() + ": is not UTF-8 text");
    }

    @Test
    void everythingWrongIsSaidAtOnceInTheOrderOfReading() throws IOException {
        String yaml =
                "maxPods: -5\nevictionHard:\n  memory.availble: 100Mi\nfeatureGates:\n  MemoryQos: true\nport: 70000\n";
        assertThat(
                        rejected(
                                "--config",
                                main(yaml),
                                "--oom-score-adj=5000",
                                "--node-labels=kubernetes.io/x=y"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "flag --node-labels: kubernetes.io/x=y is reserved"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "flag --oom-score-adj: oomScoreAdj: 5000 must be from -1000 to 1000"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                file() + ":3:10: maxPods: -5 must be 0 or greater"),
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                file()
                                                        + ":5:20: evictionHard.memory.availble: \"100Mi\" is no eviction signal"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                file()
                                                        + ":7:14: featureGates.MemoryQos: true is no feature gate; did you mean MemoryQoS?"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                file()
                                                        + ":8:7: port: 70000 must be from 1 to 65535"));
    }

    @Test
    void valuesOfTheWrongTypeAreAllSaidAtOnce() throws IOException {
        assertThat(
                        rejected(
                                "--config",
                                main(
                                        "maxPods: \"5\"\nclusterDNS: 1.1.1.1\nauthentication: {webhook: {enabled: 3}}\nsyncFrequency: 5\n")))
                .containsExactly(
                        file()
                                + ":3:10: maxPods: \"5\" must be a whole number from -2147483648 to 2147483647, is a string",
                        file()
                                + ":4:13: clusterDNS: \"1.1.1.1\" must be a list of strings, is a string",
                        file()
                                + ":5:37: authentication.webhook.enabled: 3 must be true or false, is a number",
                        file()
                                + ":6:16: syncFrequency: 5 must be a duration such as \"1m30s\", is a number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --node-ip=1.1.1.1,2.2.2.2           | flag --node-ip: must be one IP address or a dual-stack pair
                    --node-ip=0.0.0.0,::                | flag --node-ip: a dual-stack pair cannot hold 0.0.0.0 or ::
                    --cloud-provider=aws                | flag --cloud-provider: must be external or empty, is aws
                    --node-labels=a=b!                  | flag --node-labels: a=b! has a value that is not a label value
                    --node-labels=a b=c                 | flag --node-labels: a b=c has a key that is not a qualified name
                    --version=v1.36.0                   | flag --version: must be v1.37.2, with or without a -suffix or +suffix
                    --feature-gates=NodeSwap=false      | flag --feature-gates: featureGates.NodeSwap: false cannot be set, the feature is locked to true
                    --register-with-taints=a=b:Sometimes| flag --register-with-taints: registerWithTaints[0].effect: "Sometimes" must be one of NoSchedule, PreferNoSchedule, NoExecute
                    """)
    void flagsHaveRulesToo(String flag, String complaint) {
        assertThat(rejected(flag)).containsExactly(complaint);
    }

    @Test
    void anAddressThatIsNoneIsLeftOutWithAWarning() {
        assertThat(loaded("--node-ip=1.1.1.1,foo").warnings())
                .map(Warning::toString)
                .containsExactly("flag --node-ip: \"foo\" is not an IP address; ignored");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--pod-infra-container-image=x",
                "--container-runtime=remote",
                "--network-plugin=cni"
            })
    void removedFlagsAreErrorsThatSayWhatBecameOfThem(String flag) {
        assertThat(rejected(flag))
                .singleElement()
                .asString()
                .startsWith(
                        "flag " + flag.substring(0, flag.indexOf('=')) + ": unknown flag; removed");
    }

    @Test
    void kubeadmsFlagsAreUnderstood() throws IOException {
        KubeletSettings.Loaded settings =
                loaded(
                        "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
                        "--kubeconfig=/etc/kubernetes/kubelet.conf",
                        "--config=" + main("cgroupDriver: systemd"),
                        "--register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule",
                        "--hostname-override=n");
        assertThat(settings.flags().kubeconfig()).contains(Path.of("/etc/kubernetes/kubelet.conf"));
        assertThat(settings.config().registerWithTaints())
                .containsExactly(
                        new Taint(
                                "node-role.kubernetes.io/control-plane",
                                "",
                                Taint.Effect.NO_SCHEDULE));
        assertThat(settings.warnings())
                .map(Warning::toString)
                .containsExactly(
                        "flag --register-with-taints: is deprecated: set the field in the file of --config instead");
    }

    @ParameterizedTest
    @CsvSource({
        "--version, Kubernetes v1.37.2",
        "--version=true, Kubernetes v1.37.2",
        "--version -v=3, Kubernetes v1.37.2",
        "--version=v1.37.2-x --version, Kubernetes v1.37.2"
    })
    void theVersionIsPrintedOnOneLine(String line, String text) {
        assertThat(KubeletSettings.load(line.split(" ", -1)))
                .isEqualTo(new KubeletSettings.ShowVersion(text + "\n"));
    }

    @Test
    void theRawVersionIsGosRendering() {
        assertThat(KubeletSettings.load("--version=raw"))
                .asString()
                .contains("version.Info{Major:\"1\", Minor:\"37\",")
                .contains("GitVersion:\"v1.37.2\"");
    }

    @Test
    void helpFitsOneScreenAndNamesEveryFlagOnDemand() {
        String help = ((KubeletSettings.ShowHelp) KubeletSettings.load("-h")).text();
        assertThat(help.lines().count()).isLessThanOrEqualTo(30);
        assertThat(help).contains("--config ").contains("--help-all");
        String all = ((KubeletSettings.ShowHelp) KubeletSettings.load("--help-all")).text();
        assertThat(KubeletFlagTable.flags().all())
                .allSatisfy(flag -> assertThat(all).contains(flag.typed()));
    }

    @Test
    void headersAreMaskedInTheLogButNotInConfigz() {
        KubeletConfiguration config =
                KubeletConfiguration.parse("staticPodURLHeader: {Authorization: [Bearer secret]}");
        assertThat(config.toYamlForLog())
                .doesNotContain("secret")
                .contains("staticPodURLHeader:\n  Authorization:\n  - \"<masked>\"\n");
        assertThat(config.toJson())
                .contains("\"staticPodURLHeader\":{\"Authorization\":[\"Bearer secret\"]}")
                .startsWith(
                        "{\"kind\":\"KubeletConfiguration\",\"apiVersion\":\"kubelet.config.k8s.io/v1beta1\",");
    }

    @Test
    void theReportShowsWhatWouldTakeEffectThoughSomethingIsWrong() throws IOException {
        KubeletSettings.Report report =
                KubeletSettings.check(HOST, "--config", main("maxPods: -1\nport: 11250"));
        assertThat(report.complaints()).hasSize(1);
        assertThat(report.effective().orElseThrow().find("port").orElseThrow().origin())
                .hasToString(file() + ":4:7");
        assertThat(report.effective().orElseThrow().find("healthzPort").orElseThrow().origin())
                .hasToString("default");
    }

    private String main(String yaml) throws IOException {
        Files.writeString(dir.resolve("config.yaml"), HEAD + yaml + "\n");
        return file();
    }

    private String file() {
        return dir.resolve("config.yaml").toString();
    }

    private static KubeletSettings.Loaded loaded(String... args) {
        KubeletSettings settings = KubeletSettings.load(HOST, args);
        assertThat(settings).isInstanceOf(KubeletSettings.Loaded.class);
        return (KubeletSettings.Loaded) settings;
    }

    private static List<String> rejected(String... args) {
        KubeletSettings settings = KubeletSettings.load(HOST, args);
        assertThat(settings).isInstanceOf(KubeletSettings.Rejected.class);
        return new ArrayList<>(
                ((KubeletSettings.Rejected) settings)
                        .complaints().stream().map(Complaint::toString).toList());
    }
}
