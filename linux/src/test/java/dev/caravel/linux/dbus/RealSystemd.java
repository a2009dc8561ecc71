package dev.caravel.linux.dbus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real systemd for tests, started as a user's one in a mount namespace and control groups of its
 * own; it answers on a socket of its own and, through a bus daemon it starts, on a bus.
 */
public final class RealSystemd implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/lib/systemd/systemd");
    private final String group = "caravel-systemd-" + UUID.randomUUID();
    private final Path folder;
    private final Process process;

    private RealSystemd(Path folder) throws IOException {
        this.folder = folder;
        StringBuilder script =
                new StringBuilder("mount -t tmpfs t /run && mkdir -p /run/systemd/system && ");
        for (Path root : roots()) {
            Files.createDirectory(root);
            script.append("echo $$ > ").append(root).append("/cgroup.procs && ");
        }
        script.append("exec ").append(BINARY).append(" --user --unit=basic.target");
        ProcessBuilder builder =
                new ProcessBuilder("unshare", "--mount", "sh", "-c", script.toString());
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        process = builder.start();
    }

    /** Whether this machine has the program. */
    public static boolean installed() {
        return Files.isExecutable(BINARY);
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param folder for its sockets
     */
    public static RealSystemd start(Path folder) throws IOException {
        RealSystemd systemd = new RealSystemd(folder);
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() ->
                        systemd.systemd(false).version() > 0
                                && systemd.systemd(true).version() > 0);
        return systemd;
    }

    /** Where its control groups are, in the hierarchies systemd keeps its units in. */
    public List<Path> roots() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.filter(line -> line.contains(" cgroup2 ") || line.contains("name=systemd"))
                    .map(line -> Path.of(line.split(" ", -1)[1]).resolve(group))
                    .toList();
        }
    }

    /** A client of it. */
    public Systemd systemd(boolean bus) {
        Path socket = folder.resolve(bus ? "bus" : "systemd/private");
        return new Systemd(List.of(new DbusEndpoint(socket, bus)));
    }

    /** Whether it has made a control group. */
    public boolean groupExists(String path) throws IOException {
        for (Path root : roots()) {
            if (Files.isDirectory(root.resolve(path))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !process.isAlive());
        } catch (ConditionTimeoutException e) {
            process.destroyForcibly();
        }
        for (Path root : roots()) {
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(() -> removeGroups(root));
        }
    }

    private static boolean removeGroups(Path root) throws IOException {
        try (Stream<Path> below = Files.walk(root)) {
            for (Path path : below.filter(Files::isDirectory).toList().reversed()) {
                Files.delete(path);
            }
        }
        return true;
    }
}
