package dev.caravel.kubelet.resources;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The names of huge page resources: {@code hugepages-2Mi} in the API, {@code 2MB} in the runtime.
 */
public final class HugePages {
    private static final String PREFIX = "hugepages-";
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};

    private HugePages() {}

    /** Whether a resource is huge pages of some size. */
    public static boolean isHugePage(String resource) {
        return resource.startsWith(PREFIX);
    }

    /** The page size in bytes that a resource name carries; empty when it carries none. */
    public static OptionalLong pageBytes(String resource) {
        if (!isHugePage(resource)) {
            return OptionalLong.empty();
        }
        try {
            long bytes = Quantities.value(new Quantity(resource.substring(PREFIX.length())));
            return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
        } catch (ArithmeticException | IllegalArgumentException unreadable) {
            return OptionalLong.empty();
        }
    }

    /** A page size as cgroup files and the runtime write it, e.g. {@code 2MB}. */
    public static String unit(long pageBytes) {
        int unit = 0;
        long size = pageBytes;
        while (size > 0 && size % 1024 == 0 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return size + UNITS[unit];
    }

    /** The huge pages of a resource list, by the runtime's page size, in bytes. */
    static Map<String, Long> byUnit(Map<String, Quantity> list) {
        Map<String, Long> bytes = new HashMap<>();
        list.forEach((name, amount) ->
                pageBytes(name).ifPresent(size -> bytes.put(unit(size), Quantities.value(amount))));
        return bytes;
    }
}
