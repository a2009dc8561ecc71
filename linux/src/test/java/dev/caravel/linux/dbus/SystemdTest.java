package dev.caravel.linux.dbus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.RootOnly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Talks to a {@link RealSystemd}, directly and over a bus. */
@RootOnly
@EnabledIf(
        value = "dev.caravel.linux.dbus.RealSystemd#installed",
        disabledReason = "needs /usr/lib/systemd/systemd")
class SystemdTest {
    @TempDir static Path folder;
    private static RealSystemd real;

    @BeforeAll
    static void start() throws IOException {
        real = RealSystemd.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        real.close();
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
        Systemd systemd = real.systemd(bus);
        String parent = bus ? "bus.slice" : "direct.slice";
        String unit = bus ? "bus-pod1_2.slice" : "direct-pod1_2.slice";
        assertThat(systemd.startTransientUnit(parent, properties("-.slice"))).isTrue();
        assertThat(systemd.startTransientUnit(unit, properties(parent))).isTrue();
        assertThat(real.groupExists(parent + "/" + unit)).isTrue();
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
                .until(() -> !real.groupExists(parent + "/" + unit));
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
        Systemd systemd = real.systemd(false);
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
