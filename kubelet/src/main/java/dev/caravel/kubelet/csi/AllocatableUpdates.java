package dev.caravel.kubelet.csi;

import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.plugin.PluginException;
import dev.caravel.kubelet.volume.VolumeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks drivers again how many volumes fit on the node, as often as their CSIDriver says (KEP-4876).
 * One sleeping virtual thread for each driver that wants it.
 */
final class AllocatableUpdates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AllocatableUpdates.class);

    private final CsiDrivers drivers;
    private final CsiDriverSpecs specs;
    private final Ticks ticks;
    private final Map<String, Thread> threads = new ConcurrentHashMap<>();

    AllocatableUpdates(CsiDrivers drivers, CsiDriverSpecs specs, Ticks ticks) {
        this.drivers = drivers;
        this.specs = specs;
        this.ticks = ticks;
    }

    /** A driver has registered, or what the API says about it has changed. */
    void look(String driver) {
        var _ =
                threads.computeIfAbsent(
                        driver,
                        name -> NamedThreads.start("csi/allocatable/" + name, () -> run(name)));
    }

    private void run(String driver) {
        try {
            for (Optional<Duration> period = period(driver);
                    period.isPresent();
                    period = period(driver)) {
                ticks.sleep(period.get());
                refresh(driver);
            }
        } catch (InterruptedException e) {
            log.debug("Driver {} is asked no more how many volumes fit", driver);
        } finally {
            threads.remove(driver, Thread.currentThread());
        }
    }

    /** Empty when the driver is not registered, or wants no updates. */
    private Optional<Duration> period(String driver) throws InterruptedException {
        if (!drivers.names().contains(driver)) {
            return Optional.empty();
        }
        try {
            return specs.get(driver).flatMap(CsiDriverSpec::allocatableUpdate);
        } catch (VolumeException e) {
            log.debug("CSIDriver {}: {}", driver, e.getMessage());
            return Optional.empty();
        }
    }

    private void refresh(String driver) throws InterruptedException {
        try {
            drivers.refresh(driver);
        } catch (PluginException e) {
            log.warn(
                    "Asking CSI driver {} how many volumes fit: {}; again in its next turn",
                    driver,
                    e.getMessage());
        }
    }

    @Override
    public void close() {
        threads.values().forEach(Thread::interrupt);
    }
}
