package dev.caravel.kubelet.csi;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names and paths that CSI drivers, controllers and the Go kubelet rely on. Pure. */
final class CsiNames {
    static final String PLUGIN = "kubernetes.io/csi";

    private CsiNames() {}

    /** The VolumeAttachment of a volume on a node. */
    static String attachment(String handle, String driver, String node) {
        return "csi-" + sha256(handle + driver + node);
    }

    /** The handle of an inline volume, which the driver makes with the pod. */
    static String ephemeralHandle(String podUid, String volume) {
        return "csi-" + sha256(podUid + volume);
    }

    /** The name in {@code node.status.volumesInUse}. */
    static String uniqueName(String driver, String handle) {
        return PLUGIN + "/" + driver + "^" + handle;
    }

    /** Where a volume is staged; its data file lies beside. */
    static Path staging(Path root, String driver, String handle) {
        return root.resolve("plugins/kubernetes.io/csi")
                .resolve(driver)
                .resolve(sha256(handle))
                .resolve("globalmount");
    }

    /** The folder of all raw block volumes. */
    static Path blocks(Path root) {
        return root.resolve("plugins/kubernetes.io/csi/volumeDevices");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
