package dev.caravel.e2e;

import dev.caravel.cri.CallObserver;
import dev.caravel.cri.ContainerFilter;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.SandboxFilter;
import dev.caravel.cri.contract.Containerd;
import dev.caravel.cri.grpc.GrpcContainerRuntime;
import dev.caravel.cri.grpc.RuntimeConnection;
import dev.caravel.cri.grpc.RuntimeEndpoint;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A containerd of its own and {@code out/bin/kubelet} on it, as one node of a test. */
final class Node implements AutoCloseable {
    private final Containerd containerd;
    private final String name;
    private final Path settings;
    private final int healthPort;
    private final List<String> flags;
    private Optional<Daemon> kubelet = Optional.empty();

    private Node(
            Containerd containerd, String name, Path settings, int healthPort, List<String> flags) {
        this.containerd = containerd;
        this.name = name;
        this.settings = settings;
        this.healthPort = healthPort;
        this.flags = flags;
    }

    /** A node that serves static pods only, from {@link #manifests}. */
    static Node standalone(String name) throws IOException, InterruptedException {
        Containerd containerd = Containerd.start();
        return create(containerd, name, "authentication: {webhook: {enabled: false}}", List.of());
    }

    /** A node of a control plane whose keys are in {@code keys}. */
    static Node joined(String name, Path kubeconfig, Path keys)
            throws IOException, InterruptedException {
        String authentication =
                "authentication: {x509: {clientCAFile: \"%s\"}, webhook: {enabled: false}}"
                        .formatted(ControlPlane.kubeletClientCertificate(keys));
        return create(
                Containerd.start(), name, authentication, List.of("--kubeconfig=" + kubeconfig));
    }

    /**
     * A node that has nothing but a bootstrap kubeconfig yet, and asks for both certificates; its
     * kubelet.conf comes into its folder.
     */
    static Node bootstrapping(String name, Path bootstrapKubeconfig, Path keys)
            throws IOException, InterruptedException {
        String settings =
                """
                authentication: {x509: {clientCAFile: "%s"}, webhook: {enabled: false}}
                rotateCertificates: true
                serverTLSBootstrap: true
                """
                        .formatted(ControlPlane.kubeletClientCertificate(keys));
        Containerd containerd = Containerd.start();
        return create(
                containerd,
                name,
                settings,
                List.of(
                        "--kubeconfig=" + containerd.folder().resolve("kubelet.conf"),
                        "--bootstrap-kubeconfig=" + bootstrapKubeconfig));
    }

    private static Node create(
            Containerd containerd, String name, String authentication, List<String> flags)
            throws IOException {
        int healthPort = ControlPlane.freePort();
        Path folder = containerd.folder();
        Files.createDirectories(folder.resolve("manifests"));
        makeCgroups(containerd.cgroupParent());
        Path settings = folder.resolve("kubelet.yaml");
        Files.writeString(
                settings,
                """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                containerRuntimeEndpoint: unix://%1$s
                staticPodPath: %2$s/manifests
                podLogsDir: %2$s/pod-logs
                cgroupRoot: %3$s
                cgroupDriver: cgroupfs
                failCgroupV1: false
                failSwapOn: false
                fileCheckFrequency: 1s
                port: %4$d
                healthzPort: %5$d
                authorization: {mode: AlwaysAllow}
                evictionHard: {memory.available: 50Mi, nodefs.available: 1%%, imagefs.available: 1%%}
                %6$s
                """
                        .formatted(
                                containerd.socket(),
                                folder,
                                containerd.cgroupParent(),
                                ControlPlane.freePort(),
                                healthPort,
                                authentication));
        return new Node(containerd, name, settings, healthPort, flags);
    }

    /** The kubelet wants its root to be there; on v1 a new cpuset has no CPUs yet. */
    private static void makeCgroups(String parent) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        if (Files.exists(root.resolve("cgroup.controllers"))) {
            Files.createDirectories(root.resolve(parent.substring(1)));
            return;
        }
        try (Stream<Path> controllers = Files.list(root)) {
            for (Path controller : controllers.filter(Files::isDirectory).toList()) {
                Path group = Files.createDirectories(controller.resolve(parent.substring(1)));
                for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                    if (Files.exists(group.resolve(file))) {
                        Files.write(
                                group.resolve(file), Files.readAllBytes(controller.resolve(file)));
                    }
                }
            }
        }
    }

    /** Starts the kubelet and waits until it is healthy. */
    void startKubelet() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Home.command("kubelet").toString());
        command.add("--config=" + settings);
        command.add("--root-dir=" + folder().resolve("kubelet"));
        command.add("--cert-dir=" + folder().resolve("kubelet-pki"));
        command.add("--hostname-override=" + name);
        command.addAll(flags);
        Daemon started = Daemon.start(folder().resolve("kubelet.log"), command);
        kubelet = Optional.of(started);
        try {
            Awaitility.await("the kubelet of " + name + " is healthy")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .failFast(
                            "it ended: " + folder().resolve("kubelet.log"), () -> !started.alive())
                    .until(this::healthy);
        } catch (RuntimeException e) {
            throw new IOException("the kubelet does not start: " + started.lastWords(), e);
        }
    }

    private boolean healthy() {
        try {
            var url = URI.create("http://127.0.0.1:" + healthPort + "/healthz").toURL();
            var connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the kubelet as a crash would; the containers go on. */
    void killKubelet() throws InterruptedException {
        kubelet.orElseThrow().kill();
    }

    /** Ends the kubelet with SIGTERM and gives its exit code. */
    int stopKubelet() throws InterruptedException {
        return kubelet.orElseThrow().stop();
    }

    /** Where static pods are put. */
    Path manifests() {
        return folder().resolve("manifests");
    }

    /** Where the kubelet and the runtime keep everything of this node. */
    Path folder() {
        return containerd.folder();
    }

    /** The end of what the kubelet wrote, for the text of a failure. */
    String kubeletLog() throws IOException {
        return kubelet.isPresent() ? kubelet.get().lastWords() : "the kubelet was not started";
    }

    /** Ids of all containers and sandboxes the runtime has. */
    Set<String> containers() throws IOException, InterruptedException {
        return Shell.run(
                        "ctr",
                        "-a",
                        containerd.socket().toString(),
                        "-n",
                        "k8s.io",
                        "containers",
                        "ls",
                        "-q")
                .lines()
                .collect(Collectors.toSet());
    }

    /**
     * What the runtime lists over CRI, named as kubelets name it. Unlike {@link #containers}, this
     * is without what containerd 1.x forgets to remove when its client dies in the middle of a
     * call.
     */
    List<String> listed() throws IOException {
        var endpoint = RuntimeEndpoint.parse("unix://" + containerd.socket());
        try (RuntimeConnection connection = RuntimeConnection.open(endpoint);
                ContainerRuntime runtime =
                        new GrpcContainerRuntime(
                                connection, Duration.ofSeconds(30), CallObserver.NONE)) {
            List<String> names = new ArrayList<>();
            for (var sandbox : runtime.listPodSandboxes(SandboxFilter.all()).items()) {
                names.add("sandbox %s %s".formatted(sandbox.metadata().name(), sandbox.state()));
            }
            for (var container : runtime.listContainers(ContainerFilter.all()).items()) {
                names.add(
                        "container %s of %s %s"
                                .formatted(
                                        container.metadata().name(),
                                        container.labels().get("io.kubernetes.pod.name"),
                                        container.state()));
            }
            names.sort(Comparator.naturalOrder());
            return names;
        }
    }

    /** Processes of the host that are the runtime's for containers of this node. */
    List<String> shims() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(Files::isDirectory).toList()) {
                String line = commandLine(process);
                if (line.contains("containerd-shim") && line.contains(folder().toString())) {
                    found.add(line);
                }
            }
        }
        return found;
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    /** Mount points below the kubelet's folder. */
    List<String> mounts() throws IOException {
        String below = " " + folder().resolve("kubelet") + "/";
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(below))
                .toList();
    }

    /** Cgroups of pods of this node, in any hierarchy. */
    List<Path> podCgroups() throws IOException {
        List<Path> found = new ArrayList<>();
        String parent = containerd.cgroupParent().substring(1);
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                Path group =
                        hierarchy.getFileName().toString().equals(parent)
                                ? hierarchy
                                : hierarchy.resolve(parent);
                if (Files.isDirectory(group)) {
                    try (Stream<Path> groups = Files.walk(group)) {
                        groups.filter(g -> g.getFileName().toString().startsWith("pod"))
                                .filter(Files::isDirectory)
                                .forEach(found::add);
                    }
                }
            }
        }
        return found;
    }

    /** Network namespaces that the addresses of this node's pods are leased to. */
    List<String> leasedAddresses() throws IOException {
        Path leases = folder().resolve("ipam");
        if (!Files.isDirectory(leases)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(leases)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.startsWith("10.213."))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        kubelet.ifPresent(Daemon::close);
        try {
            for (String id : containers()) {
                removeTask(id);
            }
            containerd.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while removing node " + name, e);
        }
    }

    /** For what a failed test left; a container without a task is as good as removed. */
    private void removeTask(String id) throws InterruptedException {
        try {
            Shell.run(
                    "ctr",
                    "-a",
                    containerd.socket().toString(),
                    "-n",
                    "k8s.io",
                    "tasks",
                    "rm",
                    "-f",
                    id);
        } catch (IOException e) {
            String text = String.valueOf(e.getMessage());
            // It ended meanwhile, with its sandbox or its shim.
            if (!text.contains("not found") && !text.contains("ttrpc: closed")) {
                System.err.println("removing what " + id + " ran: " + text);
            }
        }
    }
}
