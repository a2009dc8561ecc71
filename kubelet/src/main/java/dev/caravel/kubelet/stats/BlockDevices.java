package dev.caravel.kubelet.stats;

import dev.caravel.linux.fs.KernelFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Names of block devices by their numbers.
 *
 * @param folder {@code /sys/dev/block}
 */
public record BlockDevices(Path folder) {
    private static final String KEY = "DEVNAME=";

    /** {@code /dev/sda}; empty when the device has gone. */
    String name(int major, int minor) {
        try {
            String text = KernelFiles.read(folder.resolve(major + ":" + minor + "/uevent"));
            for (String line : text.split("\n", -1)) {
                if (line.startsWith(KEY)) {
                    return "/dev/" + line.substring(KEY.length());
                }
            }
            return "";
        } catch (IOException e) {
            // Counters outlive the device they count for, as with a disk that was detached.
            return "";
        }
    }
}
