package dev.caravel.kubelet.node;

import dev.caravel.config.kubelet.Taint;
import dev.caravel.cri.Image;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.RuntimeVersion;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** An ordinary machine for tests, to be varied. */
final class Machines {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00.5Z");
    static final NodeHealth READY =
            new NodeHealth(List.of(), Optional.empty(), false, false, false);

    private Machines() {}

    static NodeIdentity identity() {
        return identity(List.of(), false);
    }

    static NodeIdentity identity(List<InetAddress> nodeIps, boolean cloud) {
        return new NodeIdentity(
                "n1",
                "n1.example",
                Map.of("pool", "blue"),
                List.of(new Taint("dedicated", "db", Taint.Effect.NO_SCHEDULE)),
                cloud,
                true,
                Optional.of("lab://n1"),
                nodeIps,
                110,
                0,
                50,
                10250,
                "v1.37.2",
                true,
                List.of("RestartAllContainersOnContainerExits"));
    }

    static MachineFacts facts() {
        TreeMap<Long, Long> pages = new TreeMap<>();
        pages.put(2L << 20, 16L << 20);
        pages.put(1L << 30, 0L);
        return new MachineFacts(
                4,
                8_000_000L * 1024,
                1L << 30,
                pages,
                "machine",
                "uuid",
                "boot-1",
                "6.1.0-32-amd64",
                "Debian GNU/Linux 12 (bookworm)",
                "amd64",
                false);
    }

    static NodeReport report() {
        return report(READY, NOW);
    }

    static NodeReport report(NodeHealth health, Instant now) {
        return new NodeReport(
                facts(),
                OptionalLong.of(100_000_000_000L),
                Map.of(
                        "cpu", new BigDecimal("0.25"),
                        "memory", BigDecimal.valueOf(100L << 20),
                        "ephemeral-storage", BigDecimal.valueOf(10_000_000_000L)),
                DeviceResources.NONE,
                Optional.of(new RuntimeVersion("0.1.0", "containerd", "2.4.2", "v1")),
                Optional.of(
                        new RuntimeStatus(
                                List.of(),
                                List.of(
                                        new RuntimeStatus.Handler("runc", true, true),
                                        new RuntimeStatus.Handler("", true, true)),
                                Optional.of(new RuntimeStatus.Features(true, false, false)),
                                Map.of())),
                List.of(image("small", 10), image("large", 300)),
                Optional.of(
                        List.of(
                                new NodeAddress("10.0.0.7", "InternalIP"),
                                new NodeAddress("n1.example", "Hostname"))),
                Optional.of(List.of()),
                health,
                now);
    }

    static Image image(String name, long size) {
        return new Image(
                "sha256:" + name,
                List.of("reg/" + name + ":1", "reg/" + name + ":2"),
                List.of("reg/" + name + "@sha256:" + name),
                size,
                OptionalLong.empty(),
                "",
                Optional.empty(),
                false);
    }
}
