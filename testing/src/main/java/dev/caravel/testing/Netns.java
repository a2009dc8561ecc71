package dev.caravel.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.LibraryLoader;

/**
 * A network namespace for one test, removed on close. Code run in it opens its sockets there: the
 * thread enters the namespace and ends afterwards.
 */
public final class Netns implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int CLONE_NEWNET = 0x40000000;

    /** What entering a namespace needs. */
    public interface Libc {
        int open(String path, int flags);

        int close(int fd);

        int setns(int fd, int type);
    }

    private static final class Holder {
        static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");

        private Holder() {}
    }

    private final String name;

    private Netns(String name) {
        this.name = name;
    }

    /** Whether this process may make namespaces: root, and the {@code ip} program is there. */
    public static boolean available() {
        try (Netns probe = create("probe")) {
            return !probe.name.isEmpty();
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** A fresh namespace with its loopback up. */
    public static Netns create(String hint) throws IOException, InterruptedException {
        String name = "prx" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + hint;
        run("ip", "netns", "add", name);
        Netns netns = new Netns(name);
        netns.sh("ip link set lo up");
        return netns;
    }

    /** Its name, as {@code ip netns} knows it. */
    public String name() {
        return name;
    }

    /** Runs words separated by blanks as a command inside and returns its output. */
    public String sh(String command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(command.split(" ", -1)));
        return run(words.toArray(String[]::new));
    }

    /** Runs a command and returns its output. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /** Runs {@code work} in the namespace and returns what it returns. */
    public <T> T call(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("netns/" + name)
                .start(() -> {
                    try {
                        enter();
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                });
        try {
            return result.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void enter() throws IOException {
        int fd = Holder.LIBC.open("/run/netns/" + name, 0);
        if (fd < 0 || Holder.LIBC.setns(fd, CLONE_NEWNET) != 0) {
            throw new IOException("cannot enter network namespace " + name);
        }
        Holder.LIBC.close(fd);
    }

    @Override
    public void close() throws IOException {
        try {
            run("ip", "netns", "del", name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while removing network namespace " + name, e);
        }
    }
}
