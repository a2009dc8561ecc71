package dev.caravel.linux.dbus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Talks to a real systemd, started as a user's one in a mount namespace and control groups of its
 * own; it answers on a socket of its own and, through a bus daemon it starts, on a bus.
 */
@RootOnly
@EnabledIf(value = "systemdInstalled", disabledReason = "needs /usr/lib/systemd/systemd")
class SystemdTest {
    private static final Path BINARY = Path.of("/usr/lib/systemd/systemd");
    private static final String GROUP = "caravel-systemd-" + UUID.randomUUID();
    @TempDir static Path folder;
    private static Process process;

    static boolean systemdInstalled() {
        return Files.isExecutable(BINARY);
    }

    private static List<Path> hierarchies() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.filter(line -> line.contains(" cgroup2 ") || line.contains("name=systemd"))
                    .map(line -> Path.of(line.split(" ", -1)[1]))
                    .toList();
        }
    }

    @BeforeAll
    static void start() throws IOException {
        StringBuilder script =
                new StringBuilder("mount -t tmpfs t /run && mkdir -p /run/systemd/system && ");
        for (Path hierarchy : hierarchies()) {
            Path group = Files.createDirectory(hierarchy.resolve(GROUP));
            script.append("echo $$ > ").append(group).append("/cgroup.procs && ");
        }
        script.append("exec ").append(BINARY).append(" --user --unit=basic.target");
        ProcessBuilder builder =
                new ProcessBuilder("unshare", "--mount", "sh", "-c", script.toString());
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
        process = builder.redirectErrorStream(true).start();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> Files.exists(folder.resolve("systemd/private")));
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> systemd(true).version() > 0);
    }

    @AfterAll
    static void stop() throws Exception {
        // The second signal makes a user's systemd leave without waiting for its jobs.
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
        for (Path hierarchy : hierarchies()) {
            Path group = hierarchy.resolve(GROUP);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(() -> removeGroups(group));
        }
    }

    private static boolean removeGroups(Path group) throws IOException {
        try (Stream<Path> below = Files.walk(group)) {
            for (Path path : below.filter(Files::isDirectory).toList().reversed()) {
                Files.delete(path);
            }
        }
        return true;
    }

    private static Systemd systemd(boolean bus) {
        Path socket = folder.resolve(bus ? "bus" : "systemd/private");
        return new Systemd(List.of(new DbusEndpoint(socket, bus)));
    }

    private static boolean groupExists(String slice) throws IOException {
        for (Path hierarchy : hierarchies()) {
            if (Files.isDirectory(hierarchy.resolve(GROUP).resolve(slice))) {
                return true;
            }
        }
        return false;
    }

    private static List<Systemd.Property> properties(String parent) {
        return List.of(
                new Systemd.Property("Description", new DbusValue.Text("test")),
                new Systemd.Property(
                        "Wants", new DbusValue.Array("s", List.of(new DbusValue.Text(parent)))),
                new Systemd.Property("DefaultDependencies", new DbusValue.Bool(false)),
                new Systemd.Property("TasksAccounting", new DbusValue.Bool(true)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startsLimitsAndStopsASlice(boolean bus) throws Exception {
        Systemd systemd = systemd(bus);
        String parent = bus ? "bus.slice" : "direct.slice";
        String unit = bus ? "bus-pod1_2.slice" : "direct-pod1_2.slice";
        assertThat(systemd.startTransientUnit(parent, properties("-.slice"))).isTrue();
        assertThat(systemd.startTransientUnit(unit, properties(parent))).isTrue();
        assertThat(groupExists(parent + "/" + unit)).isTrue();
        assertThat(systemd.startTransientUnit(unit, properties(parent))).isFalse();
        systemd.setUnitProperties(
                unit,
                List.of(
                        new Systemd.Property("TasksMax", new DbusValue.UInt64(77)),
                        new Systemd.Property("MemoryMax", new DbusValue.UInt64(1 << 20))));
        assertThat(property(unit, "TasksMax")).isEqualTo("t 77");
        assertThat(property(unit, "MemoryMax")).isEqualTo("t 1048576");
        systemd.stopUnit(unit);
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> !groupExists(parent + "/" + unit));
        systemd.stopUnit(unit);
        systemd.stopUnit(parent);
    }

    private static String property(String unit, String name) throws Exception {
        String path = "/org/freedesktop/systemd1/unit/" + escaped(unit);
        Process busctl =
                new ProcessBuilder(
                                "busctl",
                                "--address=unix:path=" + folder.resolve("bus"),
                                "get-property",
                                "org.freedesktop.systemd1",
                                path,
                                "org.freedesktop.systemd1.Slice",
                                name)
                        .redirectErrorStream(true)
                        .start();
        return new String(busctl.getInputStream().readAllBytes(), UTF_8).strip();
    }

    private static String escaped(String unit) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < unit.length(); i++) {
            char c = unit.charAt(i);
            boolean plain = c < 128 && Character.isLetterOrDigit(c);
            path.append(plain ? String.valueOf(c) : "_%02x".formatted((int) c));
        }
        return path.toString();
    }

    @Test
    void refusalsCarryTheirName() {
        Systemd systemd = systemd(false);
        List<Systemd.Property> wrong =
                List.of(new Systemd.Property("NoSuchProperty", new DbusValue.Bool(true)));
        assertThatThrownBy(() -> systemd.startTransientUnit("wrong.slice", wrong))
                .isInstanceOfSatisfying(
                        DbusException.class,
                        e -> {
                            assertThat(e.name()).startsWith("org.freedesktop.");
                            assertThat(e).hasMessageContaining("StartTransientUnit");
                        });
        assertThatThrownBy(() -> systemd.startTransientUnit("no unit name", List.of()))
                .isInstanceOf(DbusException.class);
    }

    @Test
    void theNextEndpointIsTriedWhenOneIsMissing() throws IOException {
        DbusEndpoint missing = new DbusEndpoint(folder.resolve("missing"), false);
        DbusEndpoint there = new DbusEndpoint(folder.resolve("systemd/private"), false);
        assertThat(new Systemd(List.of(missing, there)).version()).isGreaterThan(200);
        assertThatThrownBy(() -> new Systemd(List.of(missing)).version())
                .hasMessageContaining("Reach systemd")
                .hasMessageContaining(missing.socket().toString());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    252.38-1~deb12u1, 252
                    v245.4-1.fc32,    245
                    257,              257
                    """)
    void versionsAreReadAsNumbers(String text, int version) throws DbusException {
        assertThat(Systemd.parseVersion(text)).isEqualTo(version);
    }

    @Test
    void aVersionWithoutNumberIsAnError() {
        assertThatThrownBy(() -> Systemd.parseVersion("next")).isInstanceOf(DbusException.class);
    }
}
