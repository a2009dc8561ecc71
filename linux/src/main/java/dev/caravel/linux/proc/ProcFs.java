package dev.caravel.linux.proc;

import dev.caravel.linux.fs.KernelFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads facts about the machine. Each method reads its files anew; values that cannot change while
 * the program runs are for the caller to keep.
 */
public final class ProcFs {
    private static final String HUGE_PAGES_PREFIX = "hugepages-";
    private static final String HUGE_PAGES_SUFFIX = "kB";

    private final Path root;

    /** The machine this program runs on. */
    public ProcFs() {
        this(Path.of("/"));
    }

    /** Another place with {@code proc}, {@code sys} and {@code etc} in it. */
    public ProcFs(Path root) {
        this.root = root;
    }

    String text(Path file) throws IOException {
        return KernelFiles.read(file);
    }

    private String text(String path) throws IOException {
        return text(root.resolve(path));
    }

    /** Memory and swap. */
    public MemoryInfo memory() throws IOException {
        return MemoryInfo.parse(text("proc/meminfo"));
    }

    /** Swap areas in use; none also when the kernel has no swap. */
    public List<Swap> swaps() throws IOException {
        try {
            return Swap.parse(text("proc/swaps"));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** When the machine was booted. */
    public Instant bootTime() throws IOException {
        for (String line : text("proc/stat").split("\n", -1)) {
            if (line.startsWith("btime ")) {
                return Instant.ofEpochSecond(Fields.number(line.substring(6), "/proc/stat"));
            }
        }
        throw new IOException("Read /proc/stat: no line 'btime'");
    }

    /** How long ago that was; unlike the clock it never jumps. */
    public Duration uptime() throws IOException {
        String text = text("proc/uptime");
        List<String> words = Fields.words(text);
        if (words.size() != 2) {
            throw Fields.unexpected("/proc/uptime", text);
        }
        long hundredths = Fields.number(words.getFirst().replace(".", ""), "/proc/uptime");
        return Duration.ofMillis(hundredths * 10);
    }

    /** Load and number of tasks. */
    public LoadAverage load() throws IOException {
        return LoadAverage.parse(text("proc/loadavg"));
    }

    /**
     * How many tasks the machine can have: the lower of {@code pid_max} and {@code threads-max}.
     */
    public long maxTasks() throws IOException {
        return Math.min(
                Fields.number(text("proc/sys/kernel/pid_max"), "kernel.pid_max"),
                Fields.number(text("proc/sys/kernel/threads-max"), "kernel.threads-max"));
    }

    /** Pools of huge pages, by page size; none when the kernel has none. */
    public List<HugePages> hugePages() throws IOException {
        return hugePages(root.resolve("sys/kernel/mm/hugepages"));
    }

    List<HugePages> hugePages(Path folder) throws IOException {
        List<HugePages> pools = new ArrayList<>();
        try (DirectoryStream<Path> sizes = Files.newDirectoryStream(folder, "hugepages-*kB")) {
            for (Path size : sizes) {
                String name = String.valueOf(size.getFileName());
                String digits =
                        name.substring(
                                HUGE_PAGES_PREFIX.length(),
                                name.length() - HUGE_PAGES_SUFFIX.length());
                pools.add(
                        new HugePages(
                                Fields.kibibytes(digits, size.toString()),
                                Fields.number(text(size.resolve("nr_hugepages")), name),
                                Fields.number(text(size.resolve("free_hugepages")), name)));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        pools.sort(Comparator.comparingLong(HugePages::pageBytes));
        return pools;
    }

    /** Online processors and memory nodes. */
    public CpuTopology cpus() throws IOException {
        return new CpuTopologyReader(root, this).read();
    }

    /** Identity of the installation (machine-id(5)); empty on machines that have none. */
    public Optional<String> machineId() throws IOException {
        return first("etc/machine-id", "var/lib/dbus/machine-id");
    }

    /** Identity of this boot. */
    public String bootId() throws IOException {
        return text("proc/sys/kernel/random/boot_id").strip();
    }

    /** Identity of the hardware, as the firmware tells it. */
    public Optional<String> systemUuid() throws IOException {
        return first(
                "sys/class/dmi/id/product_uuid",
                "proc/device-tree/system-id",
                "proc/device-tree/vm,uuid",
                "etc/machine-id");
    }

    private Optional<String> first(String... paths) throws IOException {
        for (String path : paths) {
            if (Files.isReadable(root.resolve(path))) {
                // The device tree ends its texts with a NUL.
                String text = text(path).replace("\0", "").strip();
                if (!text.isEmpty()) {
                    return Optional.of(text);
                }
            }
        }
        return Optional.empty();
    }

    /** The operating system; empty when the image has no such file. */
    public OsRelease osRelease() throws IOException {
        for (String path : List.of("etc/os-release", "usr/lib/os-release")) {
            if (Files.isReadable(root.resolve(path))) {
                return OsRelease.parse(text(path));
            }
        }
        return OsRelease.parse("");
    }

    /** What {@code uname -r} says. */
    public String kernelRelease() throws IOException {
        return text("proc/sys/kernel/osrelease").strip();
    }

    /** What {@code hostname} says. */
    public String hostname() throws IOException {
        return text("proc/sys/kernel/hostname").strip();
    }

    /** What this process uses. */
    public ProcessUsage self() throws IOException {
        return usage("self");
    }

    /** What a process uses; empty when it is gone. */
    public Optional<ProcessUsage> process(int pid) throws IOException {
        try {
            return Optional.of(usage(Integer.toString(pid)));
        } catch (IOException e) {
            if (!Files.exists(root.resolve("proc/" + pid))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private ProcessUsage usage(String process) throws IOException {
        return ProcessUsage.parse(
                text("proc/" + process + "/stat"), text("proc/" + process + "/status"));
    }

    /** How many files a process has open; 0 when it is gone. */
    public long openFiles(int pid) throws IOException {
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(root.resolve("proc/" + pid + "/fd"))) {
            long count = 0;
            for (Path _ : entries) {
                count++;
            }
            return count;
        } catch (NoSuchFileException | DirectoryIteratorException e) {
            return 0;
        }
    }

    /**
     * Counters of the network interfaces a process sees, which are those of its pod; none when it
     * is gone.
     */
    public List<InterfaceCounters> network(int pid) throws IOException {
        try {
            return InterfaceCounters.parse(text("proc/" + pid + "/net/dev"));
        } catch (IOException e) {
            if (!Files.exists(root.resolve("proc/" + pid))) {
                return List.of();
            }
            throw e;
        }
    }

    /** Routes to everywhere else, IPv4 first, in the order of the kernel's tables. */
    public List<DefaultRoute> defaultRoutes() throws IOException {
        List<DefaultRoute> routes = new ArrayList<>(DefaultRoute.parseIpv4(text("proc/net/route")));
        Path ipv6 = root.resolve("proc/net/ipv6_route");
        if (Files.exists(ipv6)) {
            routes.addAll(DefaultRoute.parseIpv6(text(ipv6)));
        }
        return routes;
    }
}
