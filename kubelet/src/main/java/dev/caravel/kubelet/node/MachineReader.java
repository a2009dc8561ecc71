package dev.caravel.kubelet.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@link MachineFacts} from /proc, /sys and /etc. */
public final class MachineReader {
    private static final Logger LOG = LoggerFactory.getLogger(MachineReader.class);

    /** More than any of these files holds; a guard against reading a device by mistake. */
    private static final int LONGEST_FILE = 1 << 20;

    /** {@code hugepages-2048kB} and the like; the number starts at the eleventh character. */
    private static final String PAGE_FOLDER = "hugepages-*kB";

    private static final String WHOLE_RANGE = "0 0 4294967295";

    private final Path root;

    /**
     * @param root {@code /}, or where a copy of the files lies
     */
    public MachineReader(Path root) {
        this.root = root;
    }

    /**
     * Reads everything anew, about a dozen small files.
     *
     * @throws IOException when memory or CPUs cannot be told; anything else that is missing is left
     *     empty
     */
    public MachineFacts read() throws IOException {
        String meminfo = text("proc/meminfo");
        return new MachineFacts(
                cpus(text("sys/devices/system/cpu/online").strip()),
                kilobytes(meminfo, "MemTotal:"),
                kilobytes(meminfo, "SwapTotal:"),
                hugePages(),
                first("etc/machine-id", "var/lib/dbus/machine-id"),
                first(
                        "sys/class/dmi/id/product_uuid",
                        "proc/device-tree/system-id",
                        "proc/device-tree/vm,uuid",
                        "etc/machine-id"),
                first("proc/sys/kernel/random/boot_id"),
                first("proc/sys/kernel/osrelease"),
                osImage(firstText("etc/os-release", "usr/lib/os-release")),
                architecture(System.getProperty("os.arch", "")),
                !squeezed(first("proc/self/uid_map")).equals(WHOLE_RANGE));
    }

    /** Counts a CPU list such as {@code 0-3,8}. */
    static int cpus(String list) throws IOException {
        int count = 0;
        try {
            for (String range : list.split(",", -1)) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                count += last - first + 1;
            }
        } catch (NumberFormatException unreadable) {
            throw new IOException("CPU list '" + list + "' is unreadable", unreadable);
        }
        return count;
    }

    static long kilobytes(String meminfo, String field) throws IOException {
        for (String line : meminfo.lines().toList()) {
            if (line.startsWith(field)) {
                String[] words = squeezed(line).split(" ", -1);
                return Long.parseLong(words[1]) * 1024;
            }
        }
        throw new IOException("/proc/meminfo has no line " + field);
    }

    static String osImage(String osRelease) {
        for (String line : osRelease.lines().toList()) {
            if (line.startsWith("PRETTY_NAME=")) {
                String value = line.substring("PRETTY_NAME=".length()).strip();
                boolean quoted =
                        value.length() >= 2
                                && (value.startsWith("\"") || value.startsWith("'"))
                                && value.charAt(value.length() - 1) == value.charAt(0);
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return "Unknown";
    }

    /** The JVM's name of the processor in Go's words, which Kubernetes uses everywhere. */
    static String architecture(String osArch) {
        return switch (osArch) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "x86", "i386" -> "386";
            default -> osArch;
        };
    }

    private SortedMap<Long, Long> hugePages() {
        SortedMap<Long, Long> pages = new TreeMap<>();
        Path folder = root.resolve("sys/kernel/mm/hugepages");
        try (DirectoryStream<Path> sizes = Files.newDirectoryStream(folder, PAGE_FOLDER)) {
            for (Path size : sizes) {
                String name = String.valueOf(size.getFileName());
                long bytes = Long.parseLong(name.substring(10, name.length() - 2)) * 1024;
                String count = bounded(size.resolve("nr_hugepages")).strip();
                pages.put(bytes, bytes * Long.parseLong(count));
            }
            return pages;
        } catch (IOException | NumberFormatException noneOrUnreadable) {
            return new TreeMap<>();
        }
    }

    private static String squeezed(String text) {
        return String.join(" ", List.of(text.strip().split("\\s+", -1)));
    }

    private String first(String... files) {
        return firstText(files).replace("\0", "").strip();
    }

    private String firstText(String... files) {
        for (String file : files) {
            try {
                String text = text(file);
                if (!text.isBlank()) {
                    return text;
                }
            } catch (IOException absentOrForbidden) {
                LOG.debug("{} is not read: {}", file, absentOrForbidden.toString());
            }
        }
        return "";
    }

    private String text(String file) throws IOException {
        return bounded(root.resolve(file));
    }

    private static String bounded(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_FILE), StandardCharsets.UTF_8);
        }
    }
}
