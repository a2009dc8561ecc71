package dev.caravel.proxy.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kernel parameters below {@code /proc/sys} and of modules below {@code /sys}. */
public final class KernelParameters {
    private static final Logger log = LoggerFactory.getLogger(KernelParameters.class);
    private static final String HASHSIZE = "module/nf_conntrack/parameters/hashsize";

    private final Path proc;
    private final Path sys;

    /**
     * Parameters of a system.
     *
     * @param proc {@code /proc}
     * @param sys {@code /sys}
     */
    public KernelParameters(Path proc, Path sys) {
        this.proc = proc;
        this.sys = sys;
    }

    /**
     * Reads a number.
     *
     * @param name with slashes, for example {@code net/ipv4/ip_forward}
     */
    public int read(String name) throws IOException {
        return number(proc.resolve("sys").resolve(name));
    }

    /** Writes a number unless it is set already. */
    public void set(String name, int value) throws IOException {
        if (current(name) != value) {
            write(proc.resolve("sys").resolve(name), name, value);
        }
    }

    /**
     * Writes a number unless the one set is as large already; one that is unreadable is written.
     */
    public void raise(String name, int value) throws IOException {
        if (current(name) < value) {
            write(proc.resolve("sys").resolve(name), name, value);
        }
    }

    private int current(String name) {
        try {
            return read(name);
        } catch (IOException e) {
            log.debug("Reading {}: {}; writing it anyway", name, e.toString());
            return Integer.MIN_VALUE;
        }
    }

    /** Makes the connection table's hash as large as {@code buckets}, never smaller than it is. */
    public void raiseConntrackHash(int buckets) throws IOException {
        Path file = sys.resolve(HASHSIZE);
        if (number(file) < buckets) {
            write(file, HASHSIZE, buckets);
        }
    }

    private static int number(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("read " + file + ": \"" + text + "\" is no number", e);
        }
    }

    private static void write(Path file, String name, int value) throws IOException {
        log.atInfo()
                .setMessage("Set sysctl")
                .addKeyValue("name", name)
                .addKeyValue("value", value)
                .log();
        try {
            Files.writeString(file, Integer.toString(value), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IOException(
                    "write "
                            + value
                            + " to "
                            + file
                            + ": "
                            + e
                            + ". In a container or network namespace of its own a kube-proxy may"
                            + " not do that; leave the value to the host by 0 in the configuration"
                            + " (conntrack.maxPerCore, conntrack.tcpEstablishedTimeout, ...)",
                    e);
        }
    }

    /** Whether the kernel speaks IPv6 on any interface. */
    public boolean ipv6() {
        if (!Files.exists(proc.resolve("net/if_inet6"))) {
            log.atInfo()
                    .setMessage("No kernel support for family")
                    .addKeyValue("ipFamily", "IPv6")
                    .log();
            return false;
        }
        try {
            if (read("net/ipv6/conf/all/disable_ipv6") == 1) {
                log.atInfo()
                        .setMessage("Kernel support disabled for family")
                        .addKeyValue("ipFamily", "IPv6")
                        .log();
                return false;
            }
        } catch (IOException e) {
            log.debug("Reading disable_ipv6: {}; taking it for enabled", e.toString());
        }
        return true;
    }

    /** Number of CPUs online, whatever this process may use. */
    public int onlineCpus() throws IOException {
        Path file = sys.resolve("devices/system/cpu/online");
        int count = 0;
        for (String range :
                Files.readString(file, StandardCharsets.US_ASCII).strip().split(",", -1)) {
            int dash = range.indexOf('-');
            count +=
                    dash < 0
                            ? 1
                            : Integer.parseInt(range.substring(dash + 1))
                                    - Integer.parseInt(range.substring(0, dash))
                                    + 1;
        }
        return count;
    }
}
