package dev.caravel.linux.cgroup;

import java.util.ArrayList;
import java.util.List;

/**
 * A control group by its components, independent of the driver that makes it: {@code [kubepods,
 * burstable, pod12-34]}.
 *
 * @param components from the root of the hierarchy downward; empty is the root itself. No component
 *     may be empty, be {@code .} or {@code ..}, or contain {@code /}
 */
public record CgroupName(List<String> components) {
    private static final String SLICE = ".slice";

    public CgroupName {
        components = List.copyOf(components);
        for (String component : components) {
            if (component.isEmpty()
                    || component.equals(".")
                    || component.equals("..")
                    || component.indexOf('/') >= 0
                    || component.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "cgroup name " + components + ": '" + component + "' is no component");
            }
        }
    }

    /** The root of the hierarchy. */
    public static CgroupName root() {
        return new CgroupName(List.of());
    }

    /**
     * Reads a name written as a path ({@code /} or {@code /a/b}), the form of {@code cgroupRoot},
     * {@code systemReservedCgroup} and {@code kubeReservedCgroup} in the configuration.
     */
    public static CgroupName parse(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            if (!component.isEmpty()) {
                components.add(component);
            }
        }
        return new CgroupName(components);
    }

    /**
     * Reads the last component of a systemd path back: {@code kubepods-burstable-pod1_2.slice} is
     * {@code [kubepods, burstable, pod1-2]}.
     */
    public static CgroupName parseSystemd(String path) {
        String slice = path.substring(path.lastIndexOf('/') + 1);
        if (slice.isEmpty() || slice.equals("-" + SLICE)) {
            return root();
        }
        String name =
                slice.endsWith(SLICE) ? slice.substring(0, slice.length() - SLICE.length()) : slice;
        List<String> components = new ArrayList<>();
        for (String component : name.split("-", -1)) {
            if (component.isEmpty()) {
                // systemd makes no such slice; somebody's folder of that name is nobody's group.
                return new CgroupName(List.of(slice));
            }
            components.add(component.replace('_', '-'));
        }
        return new CgroupName(components);
    }

    /**
     * A group below this one.
     *
     * @throws IllegalArgumentException if the component contains {@code _}, which the systemd form
     *     needs for itself, or {@code /}
     */
    public CgroupName child(String component) {
        if (component.indexOf('_') >= 0) {
            throw new IllegalArgumentException(
                    "cgroup name " + components + ": '" + component + "' contains '_'");
        }
        List<String> longer = new ArrayList<>(components);
        longer.add(component);
        return new CgroupName(longer);
    }

    /** Whether this is the root of the hierarchy. */
    public boolean isRoot() {
        return components.isEmpty();
    }

    /** The path the driver uses below the hierarchy's mount point, always starting with a slash. */
    public String path(CgroupDriver driver) {
        return switch (driver) {
            case CGROUPFS -> toCgroupfs();
            case SYSTEMD -> toSystemd();
        };
    }

    /** {@code /kubepods/burstable/pod12-34}. */
    public String toCgroupfs() {
        return "/" + String.join("/", components);
    }

    /** {@code /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_34.slice}. */
    public String toSystemd() {
        if (components.isEmpty()) {
            return "/";
        }
        StringBuilder path = new StringBuilder();
        StringBuilder prefix = new StringBuilder();
        for (String component : components) {
            prefix.append(prefix.isEmpty() ? "" : "-").append(component.replace('-', '_'));
            path.append('/').append(prefix).append(SLICE);
        }
        return path.toString();
    }

    /** The unit systemd knows this group by: the last part of {@link #toSystemd()}. */
    public String systemdUnit() {
        String path = toSystemd();
        return isRoot() ? "-" + SLICE : path.substring(path.lastIndexOf('/') + 1);
    }
}
