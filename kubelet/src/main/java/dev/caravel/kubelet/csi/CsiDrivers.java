package dev.caravel.kubelet.csi;

import dev.caravel.csi.CsiException;
import dev.caravel.csi.NodeInfo;
import dev.caravel.csi.NodeService;
import dev.caravel.csi.PluginInfo;
import dev.caravel.kubelet.plugin.PluginException;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The CSI drivers that have registered on this node. */
public final class CsiDrivers implements PluginHandler {
    private final Function<Path, NodeService> services;
    private final CsiNodeObjects objects;
    private final Map<String, Driver> drivers = new ConcurrentHashMap<>();

    /** A registered driver. */
    private record Driver(Path endpoint, CsiVersions version, NodeService service) {}

    /**
     * @param services the node service on a socket
     */
    public CsiDrivers(Function<Path, NodeService> services, CsiNodeObjects objects) {
        this.services = services;
        this.objects = objects;
    }

    /**
     * The node service of a driver.
     *
     * @throws VolumeException when it is not registered (yet, or any more)
     */
    NodeService service(String driver) throws VolumeException {
        Driver found = drivers.get(driver);
        if (found == null) {
            throw new VolumeException(
                    "driver name " + driver + " not found in the list of registered CSI drivers");
        }
        return found.service();
    }

    /** Names of the registered drivers. */
    Set<String> names() {
        return Set.copyOf(drivers.keySet());
    }

    @Override
    public String type() {
        return PluginInfo.CSI;
    }

    @Override
    public void register(PluginInfo plugin, Path endpoint)
            throws PluginException, InterruptedException {
        CsiVersions version = accepted(plugin, endpoint);
        Driver driver = new Driver(endpoint, version, services.apply(endpoint));
        drivers.put(plugin.name(), driver);
        try {
            refresh(plugin.name());
        } catch (PluginException | InterruptedException e) {
            drivers.remove(plugin.name(), driver);
            throw e;
        }
    }

    /** Asks a driver again what it calls this node, and tells the API server. */
    void refresh(String name) throws PluginException, InterruptedException {
        Driver driver = drivers.get(name);
        if (driver == null) {
            return;
        }
        try {
            NodeInfo info = driver.service().info();
            if (info.nodeId().isEmpty()) {
                throw new PluginException(
                        "error adding CSI driver node info: driverNodeID must not be empty");
            }
            objects.install(name, info);
        } catch (CsiException e) {
            throw new PluginException("NodeGetInfo: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PluginException(
                    "error updating CSINode and Node objects with CSI driver node info: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public void deregister(PluginInfo plugin, Path endpoint) throws InterruptedException {
        Driver known = drivers.get(plugin.name());
        // An update may have brought a newer driver of the same name, on another socket.
        if (known != null && known.endpoint().equals(endpoint)) {
            drivers.remove(plugin.name(), known);
            objects.uninstall(plugin.name());
        }
    }

    private CsiVersions accepted(PluginInfo plugin, Path endpoint) throws PluginException {
        Optional<CsiVersions> version = CsiVersions.highestSupported(plugin.versions());
        if (version.isEmpty()) {
            throw new PluginException(
                    "RegisterPlugin for CSI driver \""
                            + plugin.name()
                            + "\" failed. None of the versions specified "
                            + plugin.versions()
                            + " are supported");
        }
        Driver known = drivers.get(plugin.name());
        if (known != null
                && !known.endpoint().equals(endpoint)
                && known.version().compareTo(version.get()) >= 0) {
            throw new PluginException(
                    "RegisterPlugin for CSI driver \""
                            + plugin.name()
                            + "\" failed. Another driver with the same name is already registered"
                            + " with a higher supported version");
        }
        return version.get();
    }
}
