package dev.caravel.kubelet.agent;

import dev.caravel.config.gates.Gate;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.Image;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.node.DeclaredFeatures;
import dev.caravel.kubelet.node.DeviceResources;
import dev.caravel.kubelet.node.LeaseLoop;
import dev.caravel.kubelet.node.MachineReader;
import dev.caravel.kubelet.node.NodeIdentity;
import dev.caravel.kubelet.node.NodeObject;
import dev.caravel.kubelet.node.NodeRegistrar;
import dev.caravel.kubelet.node.NodeReporter;
import dev.caravel.kubelet.node.NodeStatusLoop;
import dev.caravel.kubelet.node.NodeWatch;
import dev.caravel.kubelet.node.RuntimeHealth;
import dev.caravel.kubelet.node.SystemNetwork;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** What the node says about itself, and the loops that keep it true at the API server. */
final class NodeParts implements AutoCloseable {

    private final NodeWatch watch;
    private final NodeStatusLoop status;
    private final LeaseLoop lease;

    private NodeParts(NodeWatch watch, NodeStatusLoop status, LeaseLoop lease) {
        this.watch = watch;
        this.status = status;
        this.lease = lease;
    }

    /** The identity that configuration gives the node. */
    static NodeIdentity identity(KubeletSettings.Loaded settings, String nodeName, String hostname)
            throws IOException {
        KubeletFlags flags = settings.flags();
        KubeletConfiguration config = settings.config();
        List<InetAddress> ips = new ArrayList<>();
        for (String ip : flags.nodeIp().split(",", -1)) {
            if (!ip.isBlank()) {
                ips.add(InetAddress.getByName(ip.trim()));
            }
        }
        return new NodeIdentity(
                nodeName,
                hostname,
                flags.nodeLabels(),
                config.registerWithTaints(),
                flags.cloudProvider().equals("external"),
                config.enableControllerAttachDetach(),
                config.providerID().isEmpty() ? Optional.empty() : Optional.of(config.providerID()),
                ips,
                config.maxPods(),
                config.podsPerCore(),
                config.nodeStatusMaxImages(),
                config.port(),
                flags.reportedVersion(),
                config.localStorageCapacityIsolation(),
                DeclaredFeatures.of(name -> settings.gates().enabled(Gate.valueOf(name))));
    }

    /** Measures the node. */
    static NodeReporter reporter(
            NodeIdentity identity,
            KubeletSettings.Loaded settings,
            RuntimeHealth health,
            Supplier<List<Image>> images,
            Supplier<DeviceResources> devices,
            NodeBoard board,
            Ticks ticks) {
        Map<String, BigDecimal> reserved = Reserved.of(settings.config());
        NodeReporter.Inputs inputs =
                new NodeReporter.Inputs(
                        health,
                        images,
                        devices,
                        capacity -> Reserved.withThresholds(reserved, settings.config(), capacity),
                        board::problems,
                        Optional::empty,
                        board::pressure,
                        board::volumesInUse);
        return new NodeReporter(
                identity,
                inputs,
                new MachineReader(Path.of("/")),
                new SystemNetwork(),
                settings.flags().rootDir(),
                ticks);
    }

    /** Registers the node and starts the loops. */
    static NodeParts start(
            KubeletSettings.Loaded settings,
            NodeObject object,
            NodeReporter reporter,
            RuntimeHealth health,
            NodeWatch watch,
            ApiAccess api,
            ContainerRuntime runtime,
            NodeBoard board,
            EventSink events,
            Ticks ticks) {
        KubeletConfiguration config = settings.config();
        Optional<NodeRegistrar> registrar =
                config.registerNode()
                        ? Optional.of(
                                new NodeRegistrar(
                                        api.main().requests(),
                                        object,
                                        reporter,
                                        () -> false,
                                        ticks))
                        : Optional.empty();
        NodeStatusLoop status =
                new NodeStatusLoop(
                        api.heartbeat(),
                        new NodeStatusLoop.Sources(watch, registrar, object, reporter, health),
                        new NodeStatusLoop.Sinks(
                                events,
                                runtime::updateRuntimeConfig,
                                board::volumesReported,
                                api::reconnect),
                        new NodeStatusLoop.Settings(
                                config.nodeStatusUpdateFrequency(),
                                config.nodeStatusReportFrequency(),
                                () -> ThreadLocalRandom.current().nextDouble()),
                        ticks);
        LeaseLoop lease =
                new LeaseLoop(
                        api.heartbeat(),
                        new LeaseLoop.Settings(
                                object.identity().nodeName(),
                                config.nodeLeaseDurationSeconds(),
                                () -> ThreadLocalRandom.current().nextDouble()),
                        watch::uid,
                        api::reconnect,
                        ticks);
        watch.start();
        status.start();
        lease.start();
        board.onReportSoon(status::poke);
        return new NodeParts(watch, status, lease);
    }

    void poke() {
        status.poke();
    }

    @Override
    public void close() {
        lease.close();
        status.close();
        watch.close();
    }

    /** What is kept from pods: reservations and hard eviction thresholds. */
    private static final class Reserved {
        static Map<String, BigDecimal> of(KubeletConfiguration config) {
            Map<String, BigDecimal> sum = new HashMap<>();
            for (Map<String, String> kept :
                    List.of(config.systemReserved(), config.kubeReserved())) {
                kept.forEach((name, amount) -> sum.merge(name, number(amount), BigDecimal::add));
            }
            return sum;
        }

        private static BigDecimal number(String quantity) {
            return new io.fabric8.kubernetes.api.model.Quantity(quantity).getNumericalAmount();
        }

        static Map<String, BigDecimal> withThresholds(
                Map<String, BigDecimal> reserved,
                KubeletConfiguration config,
                NodeReporter.Capacity capacity) {
            Map<String, BigDecimal> all = new HashMap<>(reserved);
            threshold(config, "memory.available", capacity.memoryBytes())
                    .ifPresent(t -> all.merge("memory", t, BigDecimal::add));
            capacity.ephemeralBytes()
                    .ifPresent(size ->
                            threshold(config, "nodefs.available", size)
                                    .ifPresent(t ->
                                            all.merge("ephemeral-storage", t, BigDecimal::add)));
            return all;
        }

        private static Optional<BigDecimal> threshold(
                KubeletConfiguration config, String signal, long capacity) {
            String value = config.evictionHard().get(signal);
            if (value == null) {
                return Optional.empty();
            }
            if (value.endsWith("%")) {
                BigDecimal percent = new BigDecimal(value.substring(0, value.length() - 1));
                return Optional.of(
                        percent.multiply(BigDecimal.valueOf(capacity))
                                .divide(BigDecimal.valueOf(100), 0, java.math.RoundingMode.DOWN));
            }
            return Optional.of(number(value));
        }
    }
}
