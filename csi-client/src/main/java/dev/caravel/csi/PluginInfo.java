package dev.caravel.csi;

import java.util.List;

/**
 * How a plugin introduces itself on its registration socket.
 *
 * @param type e.g. {@code CSIPlugin}, {@code DevicePlugin} or {@code DRAPlugin}
 * @param name of the driver or resource
 * @param endpoint the socket it serves on; empty means the registration socket
 * @param versions of the service it speaks
 */
public record PluginInfo(String type, String name, String endpoint, List<String> versions) {
    public static final String CSI = "CSIPlugin";
    public static final String DEVICE = "DevicePlugin";
    public static final String DRA = "DRAPlugin";

    public PluginInfo {
        versions = List.copyOf(versions);
    }
}
