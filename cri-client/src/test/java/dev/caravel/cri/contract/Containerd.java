package dev.caravel.cri.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A containerd of its own for one test class: socket, root, state, network and cgroups are named
 * after its folder, so that runs at the same time do not meet. The binary is that of the system
 * property {@code caravel.containerd} or the environment variable {@code CARAVEL_CONTAINERD}, else
 * the one on the PATH; its neighbours (shim, runc, ctr) are used with it.
 */
public final class Containerd {
    /** The only image it has: a busybox that sleeps; also the sandbox image. */
    public static final String IMAGE = "caravel.test/busybox:1";

    private static final String SANDBOX_IMAGE = "caravel.test/pause:1";
    private static final Path CNI_PLUGINS = Path.of("/usr/lib/cni");

    private final Path folder;
    private final Path binaries;
    private final String tag;
    private Process process;

    private Containerd(Path folder, Path binaries, String tag, Process process) {
        this.folder = folder;
        this.binaries = binaries;
        this.tag = tag;
        this.process = process;
    }

    /** Why no containerd can be started here; absent when one can. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("not root");
        }
        if (binary().isEmpty()) {
            return Optional.of("no containerd (Debian: containerd, runc)");
        }
        if (onPath("busybox").isEmpty()) {
            return Optional.of("no static busybox (Debian: busybox-static)");
        }
        if (!Files.isExecutable(CNI_PLUGINS.resolve("bridge"))) {
            return Optional.of("no CNI plugins (Debian: containernetworking-plugins)");
        }
        return Optional.empty();
    }

    private static Optional<Path> binary() {
        String chosen =
                System.getProperty(
                        "caravel.containerd",
                        System.getenv().getOrDefault("CARAVEL_CONTAINERD", ""));
        return chosen.isEmpty() ? onPath("containerd") : Optional.of(Path.of(chosen));
    }

    private static Optional<Path> onPath(String name) {
        for (String dir : (System.getenv("PATH") + ":/usr/sbin:/sbin:/bin").split(":", -1)) {
            var file = Path.of(dir).resolve(name);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** Starts one and gives it its image. */
    public static Containerd start() throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("cri-");
        String tag = folder.getFileName().toString();
        Files.createDirectories(folder.resolve("cni"));
        Files.writeString(folder.resolve("cni/10-test.conflist"), network(folder, tag));
        Files.writeString(folder.resolve("config.toml"), config(folder));
        var binaries = Objects.requireNonNull(binary().orElseThrow().toAbsolutePath().getParent());
        var containerd = new Containerd(folder, binaries, tag, spawn(folder, binaries));
        try {
            containerd.waitForSocket();
            containerd.importImage();
        } catch (IOException | InterruptedException | RuntimeException e) {
            containerd.stop();
            throw e;
        }
        return containerd;
    }

    private static Process spawn(Path folder, Path binaries) throws IOException {
        var builder =
                new ProcessBuilder(
                        binaries.resolve("containerd").toString(),
                        "--config",
                        folder.resolve("config.toml").toString());
        builder.environment()
                .merge("PATH", binaries + ":/usr/sbin:/sbin", (path, more) -> more + ":" + path);
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(
                                folder.resolve("containerd.log").toFile()));
        return builder.start();
    }

    /** The socket to talk CRI to. */
    public Path socket() {
        return folder.resolve("containerd.sock");
    }

    /** A folder for logs and mounts of the test, removed at the end. */
    public Path folder() {
        return folder;
    }

    /** Parent for cgroups of the test's pods, removed at the end. */
    public String cgroupParent() {
        return "/" + tag;
    }

    /**
     * Major version of the binary, from text such as {@code containerd
     * github.com/containerd/containerd 1.6.20 ...}.
     */
    public int majorVersion() throws IOException, InterruptedException {
        String text = run(binaries.resolve("containerd").toString(), "--version");
        var matcher = Pattern.compile(" v?(\\d+)\\.\\d+").matcher(text);
        if (!matcher.find()) {
            throw new IOException("containerd --version says: " + text);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Ends containerd, as an upgrade would; the containers live on. */
    public void stopDaemon() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts containerd again after {@link #stopDaemon}. */
    public void startDaemon() throws IOException, InterruptedException {
        process = spawn(folder, binaries);
        waitForSocket();
    }

    private void waitForSocket() throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                run(ctr("version"));
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException(
                            "containerd does not come up: "
                                    + Files.readString(folder.resolve("containerd.log")),
                            e);
                }
            }
        }
    }

    private void importImage() throws IOException, InterruptedException {
        var archive = folder.resolve("image.tar");
        ImageArchive.write(archive, onPath("busybox").orElseThrow(), List.of(IMAGE, SANDBOX_IMAGE));
        run(ctr("images", "import", "--no-unpack", archive.toString()));
    }

    private String[] ctr(String... arguments) {
        var command = new ArrayList<String>();
        command.add(binaries.resolve("ctr").toString());
        command.addAll(List.of("-a", socket().toString(), "-n", "k8s.io"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (child.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static String config(Path folder) {
        return """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]
        [grpc]
        address = "%1$s/containerd.sock"
        [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = "%2$s"
        restrict_oom_score_adj = true
        enable_selinux = false
        stream_server_address = "127.0.0.1"
        stream_server_port = "0"
        [plugins."io.containerd.grpc.v1.cri".containerd]
        snapshotter = "native"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "%3$s"
        conf_dir = "%1$s/cni"
        """
                .formatted(folder, SANDBOX_IMAGE, CNI_PLUGINS);
    }

    private static String network(Path folder, String tag) {
        int third = ThreadLocalRandom.current().nextInt(1, 255);
        return """
        {"cniVersion":"0.4.0","name":"%s","plugins":[{"type":"bridge","bridge":"%s",\
        "isGateway":true,"ipam":{"type":"host-local","dataDir":"%s/ipam",\
        "ranges":[[{"subnet":"10.213.%d.0/24"}]]}}]}\
        """
                .formatted(tag, bridge(tag), folder, third);
    }

    /** Interface names have at most 15 bytes. */
    private static String bridge(String tag) {
        return "cri" + tag.substring(Math.max(0, tag.length() - 12));
    }

    /** Ends containerd and removes what it left, also what a failed test left. */
    public void stop() throws IOException, InterruptedException {
        stopDaemon();
        killLeftovers();
        unmountAll();
        new ProcessBuilder("ip", "link", "delete", bridge(tag)).start().waitFor();
        removeCgroups();
        deleteRecursively(folder);
    }

    /**
     * Kills shims, which name the socket in their command line, and processes in the cgroups of the
     * tests.
     */
    private void killLeftovers() throws IOException {
        ProcessHandle.allProcesses()
                .filter(p ->
                        p.info().commandLine().orElse("").contains(socket().toString())
                                && p.pid() != ProcessHandle.current().pid())
                .forEach(Containerd::kill);
        for (Path cgroup : cgroups()) {
            try (var inside = Files.walk(cgroup)) {
                for (Path procs : inside.filter(p -> p.endsWith("cgroup.procs")).toList()) {
                    Files.readAllLines(procs).stream()
                            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                            .forEach(Containerd::kill);
                }
            }
        }
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    private void unmountAll() throws IOException, InterruptedException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String target = line.split(" ", -1)[1];
            if (target.startsWith(folder + "/")) {
                new ProcessBuilder("umount", "-l", target).start().waitFor();
            }
        }
    }

    private void removeCgroups() throws IOException {
        for (Path cgroup : cgroups()) {
            Files.walkFileTree(cgroup, new RemoveFolders());
        }
    }

    private List<Path> cgroups() throws IOException {
        try (var controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            return controllers
                    .map(controller -> controller.resolve(tag))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    private static void deleteRecursively(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new RemoveFolders() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Removes folders from the inside out; the files of a cgroup go with it. */
    private static class RemoveFolders extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult postVisitDirectory(
                Path dir, @org.jspecify.annotations.Nullable IOException error) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
        }
    }
}
