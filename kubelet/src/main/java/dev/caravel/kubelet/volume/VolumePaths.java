package dev.caravel.kubelet.volume;

import java.nio.file.Path;

/**
 * Where volumes lie below the kubelet's root directory (kubelet.md §7.6). The layout is shared with
 * the Go kubelet, so that either can take over from the other.
 *
 * <p>Every method throws {@link IllegalArgumentException} when a name is not a single path
 * component: a UID or volume name from a manifest must not lead elsewhere.
 *
 * @param root the {@code --root-dir}, usually {@code /var/lib/kubelet}
 */
public record VolumePaths(Path root) {

    /** The folder with one folder a pod. */
    public Path pods() {
        return root.resolve("pods");
    }

    public Path pod(String uid) {
        return pods().resolve(component(uid));
    }

    /** The folder with one folder a plugin, each with one folder a volume. */
    public Path volumes(String uid) {
        return pod(uid).resolve("volumes");
    }

    /** A volume with a file system, as containers get it. */
    public Path volume(String uid, String plugin, String specName) {
        return volumes(uid).resolve(escaped(plugin)).resolve(component(specName));
    }

    /** The folder with one folder a plugin, each with one link a raw block volume. */
    public Path devices(String uid) {
        return pod(uid).resolve("volumeDevices");
    }

    /** The link to a raw block volume. */
    public Path device(String uid, String plugin, String specName) {
        return devices(uid).resolve(escaped(plugin)).resolve(component(specName));
    }

    /** What a plugin keeps beside a volume of a pod. */
    public Path podPlugin(String uid, String plugin, String specName) {
        return pod(uid).resolve("plugins").resolve(escaped(plugin)).resolve(component(specName));
    }

    /** The bind mounts that show parts of volumes, {@code <volume>/<container>/<index>}. */
    public Path subPaths(String uid) {
        return pod(uid).resolve("volume-subpaths");
    }

    /** One such bind mount. */
    public Path subPath(String uid, String volume, String container, int mountIndex) {
        return subPaths(uid)
                .resolve(component(volume))
                .resolve(component(container))
                .resolve(Integer.toString(mountIndex));
    }

    /** What a plugin keeps for the whole node, e.g. {@code plugins/kubernetes.io/local-volume}. */
    public Path plugin(String plugin) {
        Path path = root.resolve("plugins");
        for (String part : plugin.split("/", -1)) {
            path = path.resolve(component(part));
        }
        return path;
    }

    /** A plugin's name as a folder below a pod: {@code kubernetes.io~empty-dir}. */
    public static String escaped(String plugin) {
        return component(plugin.replace('/', '~'));
    }

    /** The plugin whose folder below a pod has this name. */
    public static String unescaped(String folder) {
        return folder.replace('~', '/');
    }

    private static String component(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + name + "' cannot be the name of a folder");
        }
        return name;
    }
}
