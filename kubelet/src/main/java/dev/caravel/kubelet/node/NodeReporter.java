package dev.caravel.kubelet.node;

import dev.caravel.cri.Image;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what the Node object shows. Cheap to ask: what does not move is read once in five
 * minutes, the rest is at hand in memory.
 */
public final class NodeReporter {
    private static final Logger log = LoggerFactory.getLogger(NodeReporter.class);

    private static final Duration MACHINE_AGE = Duration.ofMinutes(5);

    private final Inputs inputs;
    private final MachineReader reader;
    private final Path ephemeral;
    private final AddressMemory addresses;
    private final Ticks ticks;
    private @Nullable MachineFacts machine;
    private OptionalLong ephemeralBytes = OptionalLong.empty();
    private long readAt;

    /**
     * Where the moving parts come from; each is asked at every report and must not block.
     *
     * @param runtime health, version and features of the runtime
     * @param images the images known last
     * @param devices what device plugins bring
     * @param reserved what is kept from pods, given the capacity of memory and ephemeral storage in
     *     bytes
     * @param problems further reasons not to be ready: storage, shutdown
     * @param warning soft requirements that are not met
     * @param pressure what eviction signals say
     * @param volumesInUse unique names of attached volumes, sorted; empty until reconstructed
     */
    public record Inputs(
            RuntimeHealth runtime,
            Supplier<List<Image>> images,
            Supplier<DeviceResources> devices,
            Function<Capacity, Map<String, BigDecimal>> reserved,
            Supplier<List<String>> problems,
            Supplier<Optional<String>> warning,
            Supplier<Pressure> pressure,
            Supplier<Optional<List<String>>> volumesInUse) {}

    /** Sizes that eviction thresholds in percent refer to, bytes. */
    public record Capacity(long memoryBytes, OptionalLong ephemeralBytes) {}

    /** What eviction signals say. */
    public record Pressure(boolean memory, boolean disk, boolean pid) {
        public static final Pressure NONE = new Pressure(false, false, false);
    }

    /**
     * @param ephemeral the folder on whose file system pods write, the root folder of the kubelet
     */
    public NodeReporter(
            NodeIdentity identity,
            Inputs inputs,
            MachineReader reader,
            NodeAddresses.HostNetwork network,
            Path ephemeral,
            Ticks ticks) {
        this.inputs = inputs;
        this.reader = reader;
        this.ephemeral = ephemeral;
        this.addresses = new AddressMemory(identity, network, ticks);
        this.ticks = ticks;
    }

    /**
     * Measures.
     *
     * @param existing the Node as the API shows it; empty before registration
     * @throws IOException when memory or CPUs of the machine cannot be told
     */
    public synchronized NodeReport report(Optional<Node> existing) throws IOException {
        MachineFacts facts = machine();
        List<String> problems = new ArrayList<>(inputs.runtime.problems());
        problems.addAll(inputs.problems.get());
        Pressure pressure = inputs.pressure.get();
        boolean hasAddresses =
                existing.filter(n -> n.getStatus() != null)
                        .filter(n -> !n.getStatus().getAddresses().isEmpty())
                        .isPresent();
        return new NodeReport(
                facts,
                ephemeralBytes,
                inputs.reserved.apply(new Capacity(facts.memoryBytes(), ephemeralBytes)),
                inputs.devices.get(),
                inputs.runtime.version(),
                inputs.runtime.status(),
                inputs.images.get(),
                addresses.addresses(hasAddresses),
                inputs.volumesInUse.get(),
                new NodeHealth(
                        problems,
                        inputs.warning.get(),
                        pressure.memory(),
                        pressure.disk(),
                        pressure.pid()),
                ticks.now());
    }

    /** Machine facts no older than five minutes, for others that need them. */
    public synchronized MachineFacts machine() throws IOException {
        MachineFacts known = machine;
        if (known != null && ticks.nanos() - readAt < MACHINE_AGE.toNanos()) {
            return known;
        }
        MachineFacts read = reader.read();
        machine = read;
        readAt = ticks.nanos();
        try {
            ephemeralBytes = OptionalLong.of(Files.getFileStore(ephemeral).getTotalSpace());
        } catch (IOException unreadable) {
            log.warn(
                    "Size of the file system of {} cannot be read: {}",
                    ephemeral,
                    unreadable.toString());
        }
        return read;
    }
}
