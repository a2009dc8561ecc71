package dev.caravel.kubelet.device;

import dev.caravel.cri.Mount;
import dev.caravel.proto.deviceplugin.CDIDevice;
import dev.caravel.proto.deviceplugin.ContainerAllocateResponse;
import dev.caravel.proto.deviceplugin.DeviceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What device plugins want of a container's configuration. Where two plugins contradict each other
 * the first, in order of resource names, wins.
 *
 * @param variables environment
 * @param mounts of the host
 * @param devices nodes of {@code /dev}
 * @param annotations for the runtime
 * @param cdiDevices qualified names of CDI devices
 */
public record ContainerDevices(
        Map<String, String> variables,
        List<Mount> mounts,
        List<dev.caravel.cri.Device> devices,
        Map<String, String> annotations,
        List<String> cdiDevices) {

    /** A container without devices of plugins. */
    public static final ContainerDevices NONE =
            new ContainerDevices(Map.of(), List.of(), List.of(), Map.of(), List.of());

    public ContainerDevices {
        variables = Map.copyOf(variables);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        annotations = Map.copyOf(annotations);
        cdiDevices = List.copyOf(cdiDevices);
    }

    static ContainerDevices of(Collection<Allocation> allocations) {
        Map<String, String> variables = new LinkedHashMap<>();
        Map<String, Mount> mounts = new LinkedHashMap<>();
        Map<String, dev.caravel.cri.Device> devices = new LinkedHashMap<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        Set<String> cdi = new LinkedHashSet<>();
        for (Allocation a : allocations) {
            ContainerAllocateResponse r = a.response();
            r.getEnvsMap().forEach(variables::putIfAbsent);
            r.getAnnotationsMap().forEach(annotations::putIfAbsent);
            for (dev.caravel.proto.deviceplugin.Mount m : r.getMountsList()) {
                mounts.putIfAbsent(
                        m.getContainerPath(),
                        Mount.bind(m.getHostPath(), m.getContainerPath())
                                .readonly(m.getReadOnly())
                                .build());
            }
            for (DeviceSpec d : r.getDevicesList()) {
                devices.putIfAbsent(
                        d.getContainerPath(),
                        new dev.caravel.cri.Device(
                                d.getContainerPath(), d.getHostPath(), d.getPermissions()));
            }
            r.getCdiDevicesList().stream().map(CDIDevice::getName).forEach(cdi::add);
        }
        return new ContainerDevices(
                variables,
                new ArrayList<>(mounts.values()),
                new ArrayList<>(devices.values()),
                annotations,
                new ArrayList<>(cdi));
    }
}
