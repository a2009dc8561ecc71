package dev.caravel.config.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.config.Complaint;
import dev.caravel.config.Warning;
import dev.caravel.config.gates.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeProxySettingsTest {

    private static final String HEAD =
            "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

    @TempDir Path dir;

    @Test
    void flagsAreShownAsGivenOrWithTheirDefaults() {
        assertThat(KubeProxySettings.load("--v=3", "--nodeport-addresses=10.0.0.0/8,primary"))
                .isInstanceOfSatisfying(
                        KubeProxySettings.Loaded.class,
                        loaded ->
                                assertThat(loaded.shownFlags())
                                        .containsEntry("v", "3")
                                        .containsEntry("nodeport-addresses", "[10.0.0.0/8,primary]")
                                        .containsEntry("cleanup", "false")
                                        .containsEntry("conntrack-min", "131072")
                                        .containsEntry("config-sync-period", "15m0s")
                                        .containsEntry("conntrack-udp-timeout", "0s")
                                        .containsEntry("ipvs-exclude-cidrs", "[]")
                                        .containsEntry("iptables-sync-period", "30s")
                                        .containsEntry("healthz-port", "10256")
                                        .containsEntry("proxy-mode", ""));
    }

    @Test
    void withoutFlagsAndFileTheModeIsIptablesAndNobodyChoseIt() {
        KubeProxySettings.Loaded settings = loaded();
        assertThat(settings.config()).isEqualTo(KubeProxyConfiguration.defaults());
        assertThat(settings.modeDefaulted()).isTrue();
        assertThat(loaded("--proxy-mode=iptables").modeDefaulted()).isFalse();
    }

    @Test
    void kubeadmsFileAndFlagsAreUnderstood() throws IOException {
        String yaml =
                """
                bindAddress: 0.0.0.0
                clientConnection: {acceptContentTypes: "", burst: 0, contentType: "", kubeconfig: /var/lib/kube-proxy/kubeconfig.conf, qps: 0}
                clusterCIDR: 10.244.0.0/16
                configSyncPeriod: 0s
                conntrack: {maxPerCore: null, min: null, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: null, udpTimeout: 0s}
                detectLocalMode: ""
                featureGates: {}
                healthzBindAddress: ""
                iptables: {localhostNodePorts: null, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s}
                ipvs: {excludeCIDRs: null, minSyncPeriod: 0s, syncPeriod: 0s}
                logging: {flushFrequency: 0, verbosity: 0}
                metricsBindAddress: ""
                mode: iptables
                nodePortAddresses: null
                oomScoreAdj: null
                winkernel: {enableDSR: false}
                """;
        KubeProxySettings.Loaded settings =
                loaded("--config=" + file(yaml), "--hostname-override= Node-1 ");
        KubeProxyConfiguration config = settings.config();
        assertThat(config.hostnameOverride()).isEqualTo("node-1");
        assertThat(config.clientConnection().qps()).isEqualTo(5);
        assertThat(config.conntrack().maxPerCore()).isEqualTo(32768);
        assertThat(config.syncPeriod()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.clusterCIDRs()).containsExactly("10.244.0.0/16");
        assertThat(settings.modeDefaulted()).isFalse();
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void withAFileOnlyLoggingFlagsCountAndTheOthersAreNamed() throws IOException {
        KubeProxySettings.Loaded settings =
                loaded(
                        "--config="
                                + file(
                                        "mode: nftables\nlogging: {verbosity: 1, vmodule: [{filePattern: a, verbosity: 1}]}"),
                        "--proxy-mode=ipvs",
                        "-v=5",
                        "--vmodule=b=2");
        assertThat(settings.config().mode()).isEqualTo(ProxyMode.NFTABLES);
        assertThat(settings.config().logging().verbosity()).isEqualTo(5);
        assertThat(settings.config().logging().vmodule())
                .map(item -> item.filePattern())
                .containsExactly("b", "a");
        assertThat(settings.warnings())
                .map(Warning::toString)
                .containsExactly("flag --proxy-mode: is ignored because --config is given");
    }

    @Test
    void nftablesServesNodePortsOnThePrimaryAddress() throws IOException {
        assertThat(loaded("--proxy-mode=nftables").config().nodePortAddresses())
                .containsExactly("primary");
        assertThat(
                        loaded("--config=" + file("mode: nftables\nnodePortAddresses: []"))
                                .config()
                                .nodePortAddresses())
                .containsExactly("primary");
        assertThat(
                        loaded("--proxy-mode=nftables", "--nodeport-addresses=all")
                                .config()
                                .nodePortAddresses())
                .containsExactly("all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --proxy-mode=iptables --iptables-sync-period=5s --ipvs-sync-period=9s              | PT5S  | PT1S
                    --proxy-mode=nftables --iptables-sync-period=50s --iptables-min-sync-period=2s     | PT50S | PT2S
                    --proxy-mode=ipvs --iptables-sync-period=50s --ipvs-sync-period=9s                 | PT9S  | PT1S
                    --proxy-mode=ipvs --ipvs-min-sync-period=3s                                        | PT30S | PT3S
                    """)
    void periodsGoToTheModeThatRuns(String line, Duration longest, Duration shortest) {
        KubeProxyConfiguration config = loaded(line.split(" ", -1)).config();
        assertThat(config.syncPeriod()).isEqualTo(longest);
        assertThat(config.minSyncPeriod()).isEqualTo(shortest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mode: ipvs                                        | PT30S | PT0S | false
                    mode: ipvs\\niptables: {masqueradeAll: true}      | PT30S | PT0S | true
                    mode: nftables\\niptables: {masqueradeAll: true}  | PT30S | PT1S | false
                    mode: nftables\\nnftables: {masqueradeAll: true}  | PT30S | PT1S | true
                    """)
    void eachModeReadsItsOwnSection(
            String yaml, Duration longest, Duration shortest, boolean masquerade)
            throws IOException {
        KubeProxyConfiguration config =
                loaded("--config=" + file(yaml.replace("\\n", "\n"))).config();
        assertThat(config.syncPeriod()).isEqualTo(longest);
        assertThat(config.minSyncPeriod()).isEqualTo(shortest);
        assertThat(config.masqueradeAll()).isEqualTo(masquerade);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --healthz-bind-address=1.2.3.4                        | 1.2.3.4:10256
                    --healthz-bind-address=1.2.3.4 --healthz-port=99      | 1.2.3.4:99
                    --healthz-bind-address=[::1]:5 --healthz-port=99      | [::1]:5
                    --healthz-bind-address=::                             | [::]:10256
                    --healthz-port=99                                     | 0.0.0.0:10256
                    --healthz-port=0                                      | ''
                    """)
    void theHealthAddressGetsItsPort(String line, String address) {
        assertThat(loaded(line.split(" ", -1)).config().healthzBindAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "::"    | [::]:10256    | [::1]:10249
                    0.0.0.0 | 0.0.0.0:10256 | 127.0.0.1:10249
                    """)
    void theFamilyOfTheNodeDecidesWhereServersListen(String bind, String healthz, String metrics)
            throws IOException {
        KubeProxyConfiguration config = loaded("--config=" + file("bindAddress: " + bind)).config();
        assertThat(config.healthzBindAddress()).isEqualTo(healthz);
        assertThat(config.metricsBindAddress()).isEqualTo(metrics);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --metrics-port=0                       | metricsBindAddress: "" must be an IP address and a port
                    --proxy-mode=userspace                 | mode: "userspace" must be one of iptables, ipvs, nftables
                    --cluster-cidr=10.0.0.0/8,11.0.0.0/8   | clusterCIDR: "10.0.0.0/8,11.0.0.0/8" must be one CIDR or a dual-stack pair
                    --nodeport-addresses=primary,primary   | nodePortAddresses[1]: "primary" is listed twice
                    --detect-local-mode=BridgeInterface    | detectLocal.bridgeInterface must not be empty with detectLocalMode: BridgeInterface
                    --iptables-min-sync-period=40s         | iptables.minSyncPeriod: "40s" must not be longer than syncPeriod
                    --feature-gates=KubeProxyIPVS=false --proxy-mode=ipvs | mode: "ipvs" needs the feature gate KubeProxyIPVS
                    --feature-gates=Foo=true               | featureGates.Foo: true is no feature gate
                    --hostname-override=                    | --hostname-override: must not be blank
                    --cleanup-ipvs                         | unknown flag; removed
                    --config=/does/not/exist               | /does/not/exist: does not exist
                    """)
    void whatIsWrongIsSaid(String line, String complaint) {
        String[] args = line.endsWith("=") ? new String[] {line + " "} : line.split(" ", -1);
        assertThat(rejected(args)).anySatisfy(text -> assertThat(text).contains(complaint));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mode: ipvs\\nipvs: {excludeCIDRs: [x]}       | ipvs.excludeCIDRs[0]: "x" must be a CIDR
                    mode: ipvs\\nipvs: {udpTimeout: -1s}         | ipvs.udpTimeout: "-1s" must be 0s or longer
                    mode: nftables\\nnftables: {masqueradeBit: 32}| nftables.masqueradeBit: 32 must be from 0 to 31
                    detectLocalMode: InterfaceNamePrefix         | detectLocal.interfaceNamePrefix must not be empty
                    """)
    void theActiveModeIsChecked(String yaml, String complaint) {
        String document = yaml.replace("\\n", "\n");
        assertThatThrownBy(() -> KubeProxyConfiguration.parse(document))
                .hasMessageContaining(complaint);
        String inactive =
                document.replaceFirst("^mode: .*\n", "").replaceFirst("^detectLocalMode: .*", "");
        assertThat(KubeProxyConfiguration.parse(inactive).mode()).isEqualTo(ProxyMode.IPTABLES);
    }

    @Test
    void unknownFieldsAreWarnings() throws IOException {
        KubeProxySettings.Loaded settings =
                loaded("--config=" + file("mode: iptables\nmodes: x\nmode: nftables"));
        assertThat(settings.config().mode()).isEqualTo(ProxyMode.NFTABLES);
        assertThat(settings.warnings()).hasSize(2);
    }

    @Test
    void gatesAreResolved() throws IOException {
        assertThat(
                        loaded("--config=" + file("featureGates: {NFTablesNetlink: false}"))
                                .gates()
                                .enabled(Gate.NFTablesNetlink))
                .isFalse();
    }

    @Test
    void flagsThatNoFileHoldsAreRead() {
        KubeProxyFlags flags =
                loaded("--write-config-to=/tmp/x", "--cleanup", "--init-only", "--master=https://a")
                        .flags();
        assertThat(flags.writeConfigTo()).contains(Path.of("/tmp/x"));
        assertThat(flags.cleanup()).isTrue();
        assertThat(flags.initOnly()).isTrue();
        assertThat(flags.master()).isEqualTo("https://a");
    }

    @Test
    void whatIsWrittenIsAFileAgain() throws IOException {
        KubeProxyConfiguration config =
                loaded("--proxy-mode=nftables", "--cluster-cidr=10.0.0.0/8").config();
        Path written = dir.resolve("written.yaml");
        Files.writeString(written, config.toYaml());
        KubeProxyConfiguration again = loaded("--config=" + written).config();
        assertThat(again.toJson()).isEqualTo(config.toJson());
        assertThat(config.toYaml())
                .startsWith("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nbindAddress:");
    }

    @Test
    void versionAndHelpAreTexts() {
        assertThat(KubeProxySettings.load("--version"))
                .isEqualTo(new KubeProxySettings.ShowVersion("Kubernetes v1.37.2\n"));
        assertThat(KubeProxySettings.load("-v=2", "--version"))
                .isEqualTo(new KubeProxySettings.ShowVersion("Kubernetes v1.37.2\n"));
        assertThat(
                        ((KubeProxySettings.ShowHelp) KubeProxySettings.load("--help"))
                                .text()
                                .lines()
                                .count())
                .isLessThanOrEqualTo(30);
        assertThat(((KubeProxySettings.ShowHelp) KubeProxySettings.load("--help-all")).text())
                .contains("--ipvs-tcpfin-timeout");
    }

    private String file(String yaml) throws IOException {
        Path path = dir.resolve("config.conf");
        Files.writeString(path, HEAD + yaml + "\n");
        return path.toString();
    }

    private static KubeProxySettings.Loaded loaded(String... args) {
        KubeProxySettings settings = KubeProxySettings.load(args);
        assertThat(settings).isInstanceOf(KubeProxySettings.Loaded.class);
        return (KubeProxySettings.Loaded) settings;
    }

    private static List<String> rejected(String... args) {
        KubeProxySettings settings = KubeProxySettings.load(args);
        assertThat(settings).isInstanceOf(KubeProxySettings.Rejected.class);
        return ((KubeProxySettings.Rejected) settings)
                .complaints().stream().map(Complaint::toString).toList();
    }
}
