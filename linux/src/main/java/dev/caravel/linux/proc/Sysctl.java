package dev.caravel.linux.proc;

import dev.caravel.linux.fs.KernelFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Parameters of the kernel under {@code /proc/sys} (sysctl(8)). */
public final class Sysctl {
    private final Path folder;

    /** The kernel's own. */
    public Sysctl() {
        this(Path.of("/proc/sys"));
    }

    /** Those in another folder. */
    public Sysctl(Path folder) {
        this.folder = folder;
    }

    /** Reads one, e.g. {@code vm.overcommit_memory}. */
    public String get(String name) throws IOException {
        return KernelFiles.read(file(name)).strip();
    }

    /** Sets an existing one. */
    public void set(String name, String value) throws IOException {
        Path file = file(name);
        try {
            byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
            Files.write(file, bytes, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("Set " + name + " to '" + value + "': " + e.getMessage(), e);
        }
    }

    /** Dots and slashes may change places, as in {@code net.ipv4.conf.eth0/1.forwarding}. */
    private Path file(String name) {
        StringBuilder path = new StringBuilder(name);
        boolean slashFirst = name.indexOf('/') >= 0 && firstSeparator(name) == '/';
        if (!slashFirst) {
            for (int i = 0; i < path.length(); i++) {
                char c = path.charAt(i);
                path.setCharAt(i, c == '.' ? '/' : c == '/' ? '.' : c);
            }
        }
        Path file = folder.resolve(path.toString()).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IllegalArgumentException("'" + name + "' is no parameter of the kernel");
        }
        return file;
    }

    private static char firstSeparator(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '.' || name.charAt(i) == '/') {
                return name.charAt(i);
            }
        }
        return '.';
    }
}
