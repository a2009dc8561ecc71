package dev.caravel.kubelet.device;

import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A connected plugin. Calls block; interrupting the thread gives up. */
interface DevicePlugin extends AutoCloseable {

    /** What the plugin wants and can. */
    record Options(boolean preStart, boolean preferred) {}

    Options options() throws DeviceException, InterruptedException;

    /** Passes each list on; returns when the plugin ends the stream or is gone. */
    void listAndWatch(Consumer<List<Device>> devices) throws InterruptedException;

    /** Which devices the plugin would rather give. */
    Set<String> preferred(Collection<String> available, Collection<String> must, int size)
            throws DeviceException, InterruptedException;

    ContainerAllocateResponse allocate(Collection<String> ids)
            throws DeviceException, InterruptedException;

    void preStart(Collection<String> ids) throws DeviceException, InterruptedException;

    @Override
    void close();
}
