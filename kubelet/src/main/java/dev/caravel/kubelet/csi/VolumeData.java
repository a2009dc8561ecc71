package dev.caravel.kubelet.csi;

import dev.caravel.linux.fs.AtomicFiles;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file beside a volume that says whose it is, so that it can be taken away after a restart. The
 * Go kubelet reads and writes the same ({@code vol_data.json}).
 *
 * @param driver who serves it
 * @param handle what the driver calls it
 * @param others further entries, kept as they are
 */
record VolumeData(String driver, String handle, Map<String, String> others) {
    static final String FILE = "vol_data.json";
    private static final String DRIVER = "driverName";
    private static final String HANDLE = "volumeHandle";
    private static final int LARGEST = 64 * 1024;

    VolumeData {
        others = Map.copyOf(others);
    }

    /** Of a staged volume. */
    static VolumeData staged(CsiVolume volume) {
        return new VolumeData(volume.driver(), volume.handle(), Map.of());
    }

    /** Of a volume published to a pod. */
    static VolumeData published(CsiVolume volume, String nodeName) {
        return new VolumeData(
                volume.driver(),
                volume.handle(),
                Map.of(
                        "specVolID",
                        volume.specName(),
                        "nodeName",
                        nodeName,
                        "attachmentID",
                        CsiNames.attachment(volume.handle(), volume.driver(), nodeName),
                        "volumeLifecycleMode",
                        volume.ephemeral() ? CsiDriverSpec.EPHEMERAL : CsiDriverSpec.PERSISTENT));
    }

    /** Whether the volume lives and dies with its pod. */
    boolean ephemeral() {
        return CsiDriverSpec.EPHEMERAL.equals(others.get("volumeLifecycleMode"));
    }

    void write(Path folder) throws IOException {
        Map<String, String> all = new TreeMap<>(others);
        all.put(DRIVER, driver);
        all.put(HANDLE, handle);
        String json = JsonMapper.shared().writeValueAsString(all) + "\n";
        AtomicFiles.write(
                folder.resolve(FILE), json.getBytes(StandardCharsets.UTF_8), AtomicFiles.PUBLIC);
    }

    /**
     * What lies in a folder; empty when there is none.
     *
     * @throws IOException when it cannot be read or does not say whose the volume is
     */
    static Optional<VolumeData> read(Path folder, SafeFiles files) throws IOException {
        Path file = folder.resolve(FILE);
        String json;
        try {
            json = files.read(file, LARGEST).text();
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        Map<String, String> all = new TreeMap<>();
        try {
            Map<?, ?> parsed = JsonMapper.shared().readValue(json, Map.class);
            parsed.forEach((key, value) -> all.put(String.valueOf(key), String.valueOf(value)));
        } catch (JacksonException e) {
            throw new IOException("failed to parse volume data file " + file, e);
        }
        String driver = all.remove(DRIVER);
        String handle = all.remove(HANDLE);
        if (driver == null || handle == null) {
            throw new IOException("volume data file " + file + " names no driver and volume");
        }
        return Optional.of(new VolumeData(driver, handle, all));
    }
}
