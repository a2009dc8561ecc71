package dev.caravel.kubelet.csi;

import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.plugin.PluginException;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.volume.VolumeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CSI part of one kubelet, put together: give {@link #handler} to the plugin watcher, {@link
 * #plugin} to the volumes, and {@link #objects} and the volumes in use to the node's status.
 */
public final class CsiVolumes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CsiVolumes.class);

    private final CsiNodeObjects objects;
    private final CsiDriverSpecs specs;
    private final CsiDrivers drivers;
    private final VolumesInUse inUse;
    private final Attachments attachments;
    private final AllocatableUpdates updates;
    private final CsiVolumePlugin plugin;

    /**
     * What CSI volumes take from the API server.
     *
     * @param api objects of the storage API
     * @param objects secrets that drivers get
     * @param tokens service account tokens that drivers get
     */
    public record Sources(ApiClient api, ConfigObjects objects, PodTokens tokens) {}

    public CsiVolumes(
            CsiNode node, Sources sources, PluginSockets sockets, VolumesInUse inUse, Ticks ticks) {
        this.inUse = inUse;
        this.objects = new CsiNodeObjects(sources.api().requests(), node.name(), ticks);
        this.specs = new CsiDriverSpecs(sources.api());
        this.drivers = new CsiDrivers(sockets::nodeService, objects);
        this.attachments = new Attachments(sources.api().requests(), node.name(), ticks);
        this.updates = new AllocatableUpdates(drivers, specs, ticks);
        specs.onChange(updates::look);
        CsiSecrets secrets = new CsiSecrets(sources.objects(), sources.tokens());
        this.plugin =
                new CsiVolumePlugin(
                        node,
                        drivers,
                        specs,
                        secrets,
                        new CsiStaging(node, drivers, secrets, inUse, ticks),
                        this::attached,
                        ticks.clock());
    }

    /**
     * Finds out what an earlier process used; to be called once at start, before the node's status
     * goes out.
     */
    public void recover() throws InterruptedException {
        inUse.recovered(plugin.recover());
    }

    /** The kind of volume, for the list of plugins. */
    public CsiVolumePlugin plugin() {
        return plugin;
    }

    /** What this node tells the API server about its drivers. */
    public CsiNodeObjects objects() {
        return objects;
    }

    /** Takes drivers in. */
    public PluginHandler handler() {
        return new PluginHandler() {
            @Override
            public String type() {
                return drivers.type();
            }

            @Override
            public void register(PluginInfo driver, Path endpoint)
                    throws PluginException, InterruptedException {
                drivers.register(driver, endpoint);
                updates.look(driver.name());
            }

            @Override
            public void deregister(PluginInfo driver, Path endpoint) throws InterruptedException {
                drivers.deregister(driver, endpoint);
            }
        };
    }

    private Map<String, String> attached(CsiVolume volume, Duration reportLimit)
            throws VolumeException, InterruptedException {
        String name = volume.uniqueName();
        try {
            // Known to be in use before it is used: else a controller could detach it in between.
            if (!inUse.enter(name, reportLimit)) {
                throw VolumeException.during(
                        "MountVolume.WaitForAttach",
                        new VolumeException(
                                "Volume has not been added to the list of VolumesInUse in the"
                                        + " node's volume status"));
            }
            Map<String, String> metadata = attachments.await(volume);
            inUse.keep(name);
            return metadata;
        } catch (Attachments.LimitExceeded e) {
            throw limitExceeded(volume, e);
        } finally {
            inUse.leave(name);
        }
    }

    /** Only where the scheduler can learn from it may the pod be sent elsewhere. */
    private VolumeException limitExceeded(CsiVolume volume, Attachments.LimitExceeded limit)
            throws VolumeException, InterruptedException {
        if (specs.get(volume.driver()).flatMap(CsiDriverSpec::allocatableUpdate).isEmpty()) {
            return VolumeException.during("MountVolume.WaitForAttach", limit);
        }
        try {
            drivers.refresh(volume.driver());
        } catch (PluginException e) {
            log.warn(
                    "Asking CSI driver {} how many volumes fit: {}",
                    volume.driver(),
                    e.getMessage());
        }
        return VolumeException.attachLimit(limit);
    }

    @Override
    public void close() {
        updates.close();
        specs.close();
    }
}
