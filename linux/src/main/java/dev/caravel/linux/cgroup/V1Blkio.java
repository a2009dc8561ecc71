package dev.caravel.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Controller {@code blkio} of cgroup v1 (admin-guide/cgroup-v1/blkio-controller.rst). */
final class V1Blkio {
    private V1Blkio() {}

    static List<CgroupStats.DeviceIo> stats(CgroupReader reader, Path path) throws IOException {
        String directory = path.toString();
        Map<String, long[]> devices = new LinkedHashMap<>();
        if (reader.load(directory, "blkio.throttle.io_service_bytes_recursive")) {
            collect(reader.text(), devices, 0);
        }
        if (reader.load(directory, "blkio.throttle.io_serviced_recursive")) {
            collect(reader.text(), devices, 2);
        }
        List<CgroupStats.DeviceIo> all = new ArrayList<>();
        for (Map.Entry<String, long[]> device : devices.entrySet()) {
            String number = device.getKey();
            int colon = number.indexOf(':');
            long[] counts = device.getValue();
            all.add(
                    new CgroupStats.DeviceIo(
                            (int) CgroupReader.decimal(number.substring(0, colon)),
                            (int) CgroupReader.decimal(number.substring(colon + 1)),
                            counts[0],
                            counts[1],
                            counts[2],
                            counts[3]));
        }
        return all;
    }

    /**
     * Lines are {@code 8:0 Read 4096}, and so for Write, Sync, Async, Discard and Total; a last one
     * without a device sums them up.
     */
    private static void collect(String text, Map<String, long[]> devices, int column)
            throws IOException {
        for (String line : text.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length != 3 || words[0].indexOf(':') < 0) {
                continue;
            }
            String device = words[0];
            String operation = words[1];
            long value = CgroupReader.decimal(words[2]);
            long[] counts = devices.computeIfAbsent(device, _ -> new long[4]);
            if (operation.equals("Read")) {
                counts[column] = value;
            } else if (operation.equals("Write")) {
                counts[column + 1] = value;
            }
        }
    }
}
