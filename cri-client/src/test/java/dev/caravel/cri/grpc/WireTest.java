package dev.caravel.cri.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.caravel.cri.Bytes;
import dev.caravel.cri.Capabilities;
import dev.caravel.cri.ContainerConfig;
import dev.caravel.cri.ContainerMetadata;
import dev.caravel.cri.ContainerState;
import dev.caravel.cri.Device;
import dev.caravel.cri.DnsConfig;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.IdMapping;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.LinuxContainerSecurityContext;
import dev.caravel.cri.LinuxResources;
import dev.caravel.cri.LinuxSandboxConfig;
import dev.caravel.cri.LinuxSandboxSecurityContext;
import dev.caravel.cri.Mount;
import dev.caravel.cri.MountPropagation;
import dev.caravel.cri.NamespaceMode;
import dev.caravel.cri.NamespaceOptions;
import dev.caravel.cri.PortMapping;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxMetadata;
import dev.caravel.cri.SandboxState;
import dev.caravel.cri.SecurityProfile;
import dev.caravel.cri.SelinuxOptions;
import dev.caravel.cri.SupplementalGroupsPolicy;
import dev.caravel.cri.UserNamespace;
import dev.caravel.proto.cri.ContainerResources;
import dev.caravel.proto.cri.ContainerUser;
import dev.caravel.proto.cri.LinuxContainerResources;
import dev.caravel.proto.cri.LinuxContainerUser;
import dev.caravel.proto.cri.LinuxPodSandboxStatus;
import dev.caravel.proto.cri.Namespace;
import dev.caravel.proto.cri.NamespaceOption;
import dev.caravel.proto.cri.PodIP;
import dev.caravel.proto.cri.PodSandboxNetworkStatus;
import dev.caravel.proto.cri.PodSandboxStatusResponse;
import dev.caravel.proto.cri.Signal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The messages themselves: expected ones are written as protobuf text, so that a swapped field
 * shows.
 */
class WireTest {
    private static final long HIGH_ID = 4_294_967_294L;

    private static <B extends com.google.protobuf.Message.Builder> B parse(B builder, String text)
            throws Exception {
        TextFormat.merge(text, builder);
        return builder;
    }

    @Test
    void aFullSandboxConfigGoesOutFieldByField() throws Exception {
        var resources = LinuxResources.builder().cpuShares(2).build();
        var config =
                SandboxConfig.builder(new SandboxMetadata("p", "ns", "uid", 3))
                        .hostname("host")
                        .logDirectory("/logs")
                        .dnsConfig(
                                new DnsConfig(
                                        List.of("1.1.1.1"), List.of("a.b"), List.of("ndots:5")))
                        .portMappings(
                                List.of(
                                        new PortMapping(PortMapping.Protocol.TCP, 80, 8080, "::1"),
                                        new PortMapping(PortMapping.Protocol.UDP, 53, 0, ""),
                                        new PortMapping(PortMapping.Protocol.SCTP, 9, 0, "")))
                        .labels(Map.of("l", "1"))
                        .annotations(Map.of("a", "2"))
                        .linux(
                                new LinuxSandboxConfig(
                                        "/kubepods/x",
                                        Optional.of(sandboxSecurity()),
                                        Map.of("net.ipv4.tcp_syncookies", "1"),
                                        Optional.of(LinuxResources.builder().cpuQuota(7).build()),
                                        Optional.of(resources)))
                        .build();

        assertThat(SandboxWire.toWire(config))
                .isEqualTo(
                        parse(
                                        dev.caravel.proto.cri.PodSandboxConfig.newBuilder(),
                                        """
                                        metadata { name: "p" namespace: "ns" uid: "uid" attempt: 3 }
                                        hostname: "host" log_directory: "/logs"
                                        dns_config { servers: "1.1.1.1" searches: "a.b" options: "ndots:5" }
                                        port_mappings { protocol: TCP container_port: 80 host_port: 8080 host_ip: "::1" }
                                        port_mappings { protocol: UDP container_port: 53 }
                                        port_mappings { protocol: SCTP container_port: 9 }
                                        labels { key: "l" value: "1" }
                                        annotations { key: "a" value: "2" }
                                        linux {
                                          cgroup_parent: "/kubepods/x"
                                          sysctls { key: "net.ipv4.tcp_syncookies" value: "1" }
                                          overhead { cpu_quota: 7 }
                                          resources { cpu_shares: 2 }
                                          security_context {
                                            namespace_options {
                                              network: NODE pid: CONTAINER ipc: POD
                                              userns_options {
                                                mode: POD
                                                uids { host_id: 4294967294 container_id: 0 length: 65536 }
                                                gids { host_id: 1 container_id: 2 length: 3 }
                                              }
                                            }
                                            selinux_options { user: "u" role: "r" type: "t" level: "l" }
                                            run_as_user { value: 0 } run_as_group { value: 5 }
                                            readonly_rootfs: true privileged: true
                                            supplemental_groups: 7 supplemental_groups_policy: Strict
                                            seccomp { profile_type: RuntimeDefault }
                                            apparmor { profile_type: Unconfined }
                                          }
                                        }
                                        """)
                                .build());
    }

    private static LinuxSandboxSecurityContext sandboxSecurity() {
        return LinuxSandboxSecurityContext.builder()
                .namespaceOptions(
                        new NamespaceOptions(
                                NamespaceMode.NODE,
                                NamespaceMode.CONTAINER,
                                NamespaceMode.POD,
                                "",
                                Optional.of(
                                        new UserNamespace(
                                                NamespaceMode.POD,
                                                List.of(new IdMapping(HIGH_ID, 0, 65536)),
                                                List.of(new IdMapping(1, 2, 3))))))
                .selinuxOptions(new SelinuxOptions("u", "r", "t", "l"))
                .runAsUser(0)
                .runAsGroup(5)
                .readonlyRootfs(true)
                .privileged(true)
                .supplementalGroups(List.of(7L))
                .supplementalGroupsPolicy(SupplementalGroupsPolicy.STRICT)
                .seccomp(SecurityProfile.runtimeDefault())
                .apparmor(SecurityProfile.unconfined())
                .build();
    }

    @Test
    void aFullContainerConfigGoesOutFieldByField() throws Exception {
        var config =
                ContainerConfig.builder(
                                new ContainerMetadata("c", 4),
                                ImageSpec.resolved("sha256:1", "busybox:latest"))
                        .command(List.of("cmd"))
                        .args(List.of("a", "b"))
                        .workingDir("/w")
                        .envs(
                                List.of(
                                        EnvVar.of("K", "v"),
                                        new EnvVar("RAW", Bytes.copyOf(new byte[] {(byte) 0xff}))))
                        .mounts(List.of(mount(), imageVolume()))
                        .devices(List.of(new Device("/dev/c", "/dev/h", "rwm")))
                        .labels(Map.of("l", "1"))
                        .annotations(Map.of("a", "2"))
                        .logPath("c/4.log")
                        .stdin(true)
                        .stdinOnce(true)
                        .tty(true)
                        .resources(resources())
                        .securityContext(containerSecurity())
                        .cdiDevices(List.of("vendor.com/gpu=0"))
                        .stopSignal("SIGRTMIN+1")
                        .build();

        assertThat(ContainerWire.toWire(config))
                .isEqualTo(
                        parse(
                                        dev.caravel.proto.cri.ContainerConfig.newBuilder(),
                                        """
                                        metadata { name: "c" attempt: 4 }
                                        image { image: "sha256:1" user_specified_image: "busybox:latest" }
                                        command: "cmd" args: "a" args: "b" working_dir: "/w"
                                        envs { key: "K" value: "v" } envs { key: "RAW" value: "\\377" }
                                        mounts {
                                          container_path: "/c" host_path: "/h" readonly: true selinux_relabel: true
                                          propagation: PROPAGATION_BIDIRECTIONAL recursive_read_only: true
                                          uidMappings { host_id: 4294967294 container_id: 1 length: 2 }
                                          gidMappings { host_id: 3 container_id: 4 length: 5 }
                                          mount_options: "noexec"
                                        }
                                        mounts { container_path: "/i" image { image: "img" } image_sub_path: "sub" }
                                        devices { container_path: "/dev/c" host_path: "/dev/h" permissions: "rwm" }
                                        labels { key: "l" value: "1" } annotations { key: "a" value: "2" }
                                        log_path: "c/4.log" stdin: true stdin_once: true tty: true
                                        CDI_devices { name: "vendor.com/gpu=0" }
                                        stop_signal: SIGNAL_SIGRTMINPLUS1
                                        linux {
                                          resources {
                                            cpu_period: 1 cpu_quota: 2 cpu_shares: 3 memory_limit_in_bytes: 4
                                            oom_score_adj: -997 cpuset_cpus: "0-1" cpuset_mems: "0"
                                            hugepage_limits { page_size: "2MB" limit: 6 }
                                            unified { key: "memory.min" value: "7" } memory_swap_limit_in_bytes: 8
                                          }
                                          security_context {
                                            capabilities { add_capabilities: "NET_ADMIN" drop_capabilities: "ALL" add_ambient_capabilities: "CHOWN" }
                                            privileged: true
                                            namespace_options { network: POD pid: TARGET ipc: NODE target_id: "t" }
                                            selinux_options { user: "u" role: "r" type: "t" level: "l" }
                                            run_as_user { value: 1 } run_as_group { value: 2 } run_as_username: "n"
                                            readonly_rootfs: true supplemental_groups: 3 supplemental_groups: 4
                                            supplemental_groups_policy: Strict no_new_privs: true
                                            masked_paths: "/m" readonly_paths: "/r"
                                            seccomp { profile_type: Localhost localhost_ref: "/s.json" }
                                            apparmor { profile_type: Localhost localhost_ref: "aa" }
                                            apparmor_profile: "localhost/aa"
                                          }
                                        }
                                        """)
                                .build());
    }

    private static Mount mount() {
        return Mount.bind("/h", "/c")
                .readonly(true)
                .selinuxRelabel(true)
                .propagation(MountPropagation.BIDIRECTIONAL)
                .recursiveReadOnly(true)
                .uidMappings(List.of(new IdMapping(HIGH_ID, 1, 2)))
                .gidMappings(List.of(new IdMapping(3, 4, 5)))
                .mountOptions(List.of("noexec"))
                .build();
    }

    private static Mount imageVolume() {
        return Mount.builder("/i").image(ImageSpec.of("img")).imageSubPath("sub").build();
    }

    private static LinuxResources resources() {
        return LinuxResources.builder()
                .cpuPeriod(1)
                .cpuQuota(2)
                .cpuShares(3)
                .memoryLimitBytes(4)
                .oomScoreAdj(-997)
                .cpusetCpus("0-1")
                .cpusetMems("0")
                .hugepageLimits(List.of(new LinuxResources.HugepageLimit("2MB", 6)))
                .unified(Map.of("memory.min", "7"))
                .memorySwapLimitBytes(8)
                .build();
    }

    private static LinuxContainerSecurityContext containerSecurity() {
        return LinuxContainerSecurityContext.builder()
                .capabilities(
                        new Capabilities(List.of("NET_ADMIN"), List.of("ALL"), List.of("CHOWN")))
                .privileged(true)
                .namespaceOptions(
                        new NamespaceOptions(
                                NamespaceMode.POD,
                                NamespaceMode.TARGET,
                                NamespaceMode.NODE,
                                "t",
                                Optional.empty()))
                .selinuxOptions(new SelinuxOptions("u", "r", "t", "l"))
                .runAsUser(1)
                .runAsGroup(2)
                .runAsUsername("n")
                .readonlyRootfs(true)
                .supplementalGroups(List.of(3L, 4L))
                .supplementalGroupsPolicy(SupplementalGroupsPolicy.STRICT)
                .noNewPrivs(true)
                .maskedPaths(List.of("/m"))
                .readonlyPaths(List.of("/r"))
                .seccomp(SecurityProfile.localhost("/s.json"))
                .apparmor(SecurityProfile.localhost("aa"))
                .build();
    }

    @Test
    void whatIsAbsentStaysAbsentOnTheWire() {
        var container =
                ContainerWire.toWire(
                        ContainerConfig.builder(new ContainerMetadata("c", 0), ImageSpec.of("i"))
                                .build());
        var sandbox =
                SandboxWire.toWire(
                        SandboxConfig.builder(new SandboxMetadata("p", "ns", "u", 0)).build());

        assertThat(container.hasLinux()).isFalse();
        assertThat(container.getStopSignal()).isEqualTo(Signal.SIGNAL_RUNTIME_DEFAULT);
        assertThat(sandbox.hasLinux()).isFalse();
        assertThat(sandbox.hasDnsConfig()).isFalse();
        var security = SecurityWire.toWire(LinuxContainerSecurityContext.builder().build());
        assertThat(security.hasRunAsUser()).isFalse();
        assertThat(security.hasSeccomp()).isFalse();
        assertThat(security.hasNamespaceOptions()).isFalse();
    }

    @Test
    void aFullContainerStatusIsRead() {
        var wire =
                Samples.containerStatus("c1")
                        .setStartedAt(2_000_000_000L)
                        .setFinishedAt(3_000_000_000L)
                        .setExitCode(137)
                        .setImageId("sha256:2")
                        .setReason("OOMKilled")
                        .setMessage("m")
                        .putLabels("l", "1")
                        .putAnnotations("a", "2")
                        .addMounts(ContainerWire.toWire(mountConfig()).getMounts(0))
                        .setLogPath("/logs/c1")
                        .setResources(
                                ContainerResources.newBuilder()
                                        .setLinux(ResourcesWire.toWire(resources())))
                        .setUser(
                                ContainerUser.newBuilder()
                                        .setLinux(
                                                LinuxContainerUser.newBuilder()
                                                        .setUid(HIGH_ID)
                                                        .setGid(2)
                                                        .addSupplementalGroups(3)))
                        .setStopSignal(Signal.SIGNAL_SIGTERM)
                        .build();

        var status = ContainerWire.read(wire, Map.of("pid", "1"));

        assertThat(status.metadata()).isEqualTo(new ContainerMetadata("main", 2));
        assertThat(status.state()).isEqualTo(ContainerState.EXITED);
        assertThat(status.createdAt()).hasToString("1970-01-01T00:00:01.000000001Z");
        assertThat(status.startedAt().orElseThrow().getEpochSecond()).isEqualTo(2);
        assertThat(status.finishedAt().orElseThrow().getEpochSecond()).isEqualTo(3);
        assertThat(status.exitCode()).isEqualTo(137);
        assertThat(status.image()).isEqualTo(ImageSpec.of("busybox"));
        assertThat(status.imageRef()).isEqualTo("sha256:1");
        assertThat(status.imageId()).isEqualTo("sha256:2");
        assertThat(status.reason()).isEqualTo("OOMKilled");
        assertThat(status.message()).isEqualTo("m");
        assertThat(status.labels()).isEqualTo(Map.of("l", "1"));
        assertThat(status.annotations()).isEqualTo(Map.of("a", "2"));
        assertThat(status.mounts()).containsExactly(mount());
        assertThat(status.logPath()).isEqualTo("/logs/c1");
        assertThat(status.resources()).contains(resources());
        assertThat(status.user())
                .contains(new dev.caravel.cri.ContainerUser(HIGH_ID, 2, List.of(3L)));
        assertThat(status.stopSignal()).contains("SIGTERM");
        assertThat(status.info()).isEqualTo(Map.of("pid", "1"));
        assertThat(status.toBuilder().build()).isEqualTo(status);
    }

    private static ContainerConfig mountConfig() {
        return ContainerConfig.builder(new ContainerMetadata("c", 0), ImageSpec.of("i"))
                .mounts(List.of(mount()))
                .build();
    }

    @Test
    void aFullSandboxStatusIsRead() {
        var options =
                NamespaceOption.newBuilder()
                        .setNetwork(dev.caravel.proto.cri.NamespaceMode.NODE)
                        .setPid(dev.caravel.proto.cri.NamespaceMode.TARGET)
                        .setTargetId("t");
        var wire =
                PodSandboxStatusResponse.newBuilder()
                        .setStatus(
                                Samples.sandboxStatus("s1")
                                        .setNetwork(
                                                PodSandboxNetworkStatus.newBuilder()
                                                        .setIp("10.0.0.1")
                                                        .addAdditionalIps(
                                                                PodIP.newBuilder()
                                                                        .setIp("fd00::1")))
                                        .setLinux(
                                                LinuxPodSandboxStatus.newBuilder()
                                                        .setNamespaces(
                                                                Namespace.newBuilder()
                                                                        .setOptions(options)))
                                        .setRuntimeHandler("kata"))
                        .addContainersStatuses(Samples.containerStatus("c1"))
                        .setTimestamp(5_000_000_000L)
                        .putInfo("k", "v")
                        .build();

        var status = SandboxWire.read(wire);

        assertThat(status.metadata()).isEqualTo(new SandboxMetadata("pod", "ns", "u", 0));
        assertThat(status.state()).isEqualTo(SandboxState.READY);
        assertThat(status.ips()).containsExactly("10.0.0.1", "fd00::1");
        assertThat(status.namespaces().orElseThrow().network()).isEqualTo(NamespaceMode.NODE);
        assertThat(status.namespaces().orElseThrow().pid()).isEqualTo(NamespaceMode.TARGET);
        assertThat(status.runtimeHandler()).isEqualTo("kata");
        assertThat(status.containerStatuses()).hasSize(1);
        assertThat(status.observedAt().orElseThrow().getEpochSecond()).isEqualTo(5);
        assertThat(status.info()).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void rubbishInAStatusIsNamed() {
        assertUnusable(
                "metadata is not set", () -> read(Samples.containerStatus("c").clearMetadata()));
        assertUnusable("container id is empty", () -> read(Samples.containerStatus("")));
        assertUnusable("image is empty", () -> read(Samples.containerStatus("c").clearImage()));
        assertUnusable(
                "image_ref is empty", () -> read(Samples.containerStatus("c").clearImageRef()));
        assertUnusable(
                "created_at is not set", () -> read(Samples.containerStatus("c").clearCreatedAt()));
        assertUnusable(
                "finished_at is -7", () -> read(Samples.containerStatus("c").setFinishedAt(-7)));
        assertUnusable(
                "\"300.1.1.1\" is no IP address",
                () ->
                        SandboxWire.read(
                                Samples.sandboxStatus("s")
                                        .setNetwork(
                                                PodSandboxNetworkStatus.newBuilder()
                                                        .setIp("300.1.1.1"))
                                        .build()));
        assertUnusable(
                "status is not set",
                () -> SandboxWire.read(PodSandboxStatusResponse.getDefaultInstance()));
        assertThat(SandboxWire.read(Samples.sandboxStatus("s").setStateValue(9).build()).state())
                .isEqualTo(SandboxState.NOT_READY);
    }

    private static void read(dev.caravel.proto.cri.ContainerStatus.Builder status) {
        var _ = ContainerWire.read(status.build(), Map.of());
    }

    private static void assertUnusable(
            String problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOf(Answer.Unusable.class).hasMessageContaining(problem);
    }

    @Test
    void numbersWithoutLimitStayPositive() {
        var resources =
                ResourcesWire.read(
                        LinuxContainerResources.newBuilder()
                                .addHugepageLimits(
                                        dev.caravel.proto.cri.HugepageLimit.newBuilder()
                                                .setPageSize("1GB")
                                                .setLimit(-1))
                                .build());

        assertThat(resources.hugepageLimits())
                .containsExactly(new LinuxResources.HugepageLimit("1GB", Long.MAX_VALUE));
    }
}
