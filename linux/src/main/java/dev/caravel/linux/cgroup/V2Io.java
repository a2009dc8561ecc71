package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Controller {@code io} of cgroup v2 (admin-guide/cgroup-v2.rst). */
final class V2Io {
    private V2Io() {}

    static List<CgroupStats.DeviceIo> stats(CgroupReader reader, Path directory)
            throws IOException {
        List<CgroupStats.DeviceIo> devices = new ArrayList<>();
        if (reader.loadIfPresent(directory.toString(), "io.stat")) {
            for (String line : reader.text().split("\n", -1)) {
                add(line, devices);
            }
        }
        return devices;
    }

    /**
     * A line is {@code 8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}; some kernels show
     * devices without figures.
     */
    private static void add(String line, List<CgroupStats.DeviceIo> devices) throws IOException {
        String[] words = line.split(" ", -1);
        int colon = words[0].indexOf(':');
        if (colon < 0 || words.length < 2 || words[1].isEmpty()) {
            return;
        }
        devices.add(
                new CgroupStats.DeviceIo(
                        (int) CgroupReader.decimal(words[0].substring(0, colon)),
                        (int) CgroupReader.decimal(words[0].substring(colon + 1)),
                        value(words, "rbytes="),
                        value(words, "wbytes="),
                        value(words, "rios="),
                        value(words, "wios=")));
    }

    private static long value(String[] words, String prefix) throws IOException {
        for (String word : words) {
            if (word.startsWith(prefix)) {
                return CgroupReader.decimal(word.substring(prefix.length()));
            }
        }
        return 0;
    }
}
