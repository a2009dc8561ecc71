package dev.caravel.kubelet.agent;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.device.DevicePlugins;
import dev.caravel.kubelet.device.Devices;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.rpc.SocketRpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/** Device plugins put together. */
final class DeviceParts implements AutoCloseable {

    private final SocketRpc rpc = new SocketRpc();
    private final Devices devices;
    private final DevicePlugins plugins;
    private volatile Runnable nodeChanged = () -> {};
    private volatile Consumer<String> poke = _ -> {};

    private DeviceParts(Path folder, Ticks ticks) {
        devices = new Devices(folder, ticks, () -> nodeChanged.run(), uid -> poke.accept(uid));
        plugins = new DevicePlugins(rpc, folder, devices);
    }

    /** Reads what is known from before; no plugin is taken in yet. */
    static DeviceParts open(Path rootDir, Ticks ticks) throws IOException {
        Path folder = rootDir.resolve("device-plugins");
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        DeviceParts parts = new DeviceParts(folder, ticks);
        parts.devices.restore();
        return parts;
    }

    /**
     * Takes plugins in from now on.
     *
     * @param nodeChanged told when the node's resources changed
     * @param poke told the UID of a pod whose plugins have answered
     */
    void start(Runnable nodeChanged, Consumer<String> poke) throws IOException {
        this.nodeChanged = nodeChanged;
        this.poke = poke;
        plugins.start();
    }

    Devices devices() {
        return devices;
    }

    SocketRpc rpc() {
        return rpc;
    }

    /** Takes plugins that register in {@code plugins_registry}. */
    PluginHandler handler() {
        return plugins;
    }

    /**
     * The node for admitting a pod that has devices already: right after a start of the kubelet
     * their plugins may not be back, and the node shows nothing to give.
     */
    NodeFacts raised(NodeFacts facts, String podUid) {
        return facts.withAllocatable(devices.raised(facts.capacity().allocatable(), podUid));
    }

    @Override
    public void close() {
        plugins.close();
        rpc.close();
    }
}
