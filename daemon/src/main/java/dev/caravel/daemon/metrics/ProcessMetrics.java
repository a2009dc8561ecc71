package dev.caravel.daemon.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code process_*} families of Go's client library, read from /proc (proc(5)) at each scrape.
 *
 * @param proc {@code /proc}
 */
public record ProcessMetrics(Path proc) implements SeriesSource {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessMetrics.class);

    /**
     * Kernel ticks a second as user space sees them (USER_HZ), and the page size; fixed on Linux.
     */
    private static final double TICKS = 100;

    private static final long PAGE = 4096;
    private static final double UNLIMITED = 0x1p64;

    /** Positions in /proc/PID/stat after the command, counted from the state as 0. */
    private static final int UTIME = 11;

    private static final int STIME = 12;
    private static final int START = 19;
    private static final int VSIZE = 20;
    private static final int RSS = 21;

    @Override
    public void collect(SeriesWriter out) throws IOException {
        String[] stat;
        double maxFiles;
        double maxMemory;
        long openFiles;
        double bootTime;
        double[] network;
        try {
            stat = stat(read("self/stat"));
            List<String> limits = Files.readAllLines(proc.resolve("self/limits"));
            maxFiles = softLimit(limits, "Max open files");
            maxMemory = softLimit(limits, "Max address space");
            openFiles = openFiles();
            network = network(Files.readAllLines(proc.resolve("self/net/netstat")));
            bootTime = bootTime(Files.readAllLines(proc.resolve("stat")));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            LOG.warn("Reading process metrics from {}: {}; leaving them out", proc, e.toString());
            return;
        }
        double cpu = (Double.parseDouble(stat[UTIME]) + Double.parseDouble(stat[STIME])) / TICKS;
        out.family(
                        "process_cpu_seconds_total",
                        SeriesWriter.Type.COUNTER,
                        "Total user and system CPU time spent in seconds.")
                .sample(cpu);
        gauge(out, "process_max_fds", "Maximum number of open file descriptors.", maxFiles);
        gauge(out, "process_open_fds", "Number of open file descriptors.", (double) openFiles);
        gauge(
                out,
                "process_resident_memory_bytes",
                "Resident memory size in bytes.",
                Long.parseLong(stat[RSS]) * (double) PAGE);
        gauge(
                out,
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                bootTime + Double.parseDouble(stat[START]) / TICKS);
        gauge(
                out,
                "process_virtual_memory_bytes",
                "Virtual memory size in bytes.",
                Double.parseDouble(stat[VSIZE]));
        gauge(
                out,
                "process_virtual_memory_max_bytes",
                "Maximum amount of virtual memory available in bytes.",
                maxMemory);
        out.family(
                        "process_network_receive_bytes_total",
                        SeriesWriter.Type.COUNTER,
                        "Number of bytes received by the process over the network.")
                .sample(network[0]);
        out.family(
                        "process_network_transmit_bytes_total",
                        SeriesWriter.Type.COUNTER,
                        "Number of bytes sent by the process over the network.")
                .sample(network[1]);
    }

    private static void gauge(SeriesWriter out, String name, String help, double value)
            throws IOException {
        out.family(name, SeriesWriter.Type.GAUGE, help).sample(value);
    }

    private String read(String file) throws IOException {
        return Files.readString(proc.resolve(file), StandardCharsets.ISO_8859_1);
    }

    /** The fields after the command name, which may hold blanks and parentheses itself. */
    static String[] stat(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length <= RSS) {
            throw new IllegalArgumentException("short stat line");
        }
        return fields;
    }

    /** No limit is the largest number there is, as in Go. */
    static double softLimit(List<String> limits, String name) {
        for (String line : limits) {
            if (line.startsWith(name)) {
                String soft = line.substring(name.length()).strip().split(" ", 2)[0];
                return soft.equals("unlimited") ? UNLIMITED : Long.parseLong(soft);
            }
        }
        throw new IllegalArgumentException("no limit \"" + name + "\"");
    }

    /** InOctets and OutOctets of the IpExt pair of lines: one with names, one with values. */
    static double[] network(List<String> netstat) {
        String[] names = new String[0];
        for (String line : netstat) {
            if (!line.startsWith("IpExt:")) {
                continue;
            }
            String[] words = line.split(" ", -1);
            if (names.length == 0) {
                names = words;
                continue;
            }
            double[] found = new double[2];
            for (int i = 0; i < Math.min(names.length, words.length); i++) {
                if (names[i].equals("InOctets")) {
                    found[0] = Double.parseDouble(words[i]);
                } else if (names[i].equals("OutOctets")) {
                    found[1] = Double.parseDouble(words[i]);
                }
            }
            return found;
        }
        return new double[2]; // a network namespace without IP
    }

    static double bootTime(List<String> stat) {
        for (String line : stat) {
            if (line.startsWith("btime ")) {
                return Double.parseDouble(line.substring("btime ".length()));
            }
        }
        throw new IllegalArgumentException("no boot time");
    }

    private long openFiles() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve("self/fd"))) {
            for (Path file : files) {
                count += file.getNameCount() > 0 ? 1 : 0;
            }
        }
        return count;
    }
}
