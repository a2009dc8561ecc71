package dev.caravel.kubelet.userns;

import dev.caravel.linux.fs.KernelFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The ids an administrator set aside for user {@code kubelet}: what {@code getsubids} says, which
 * may ask a directory service. Without the user or the tool the whole host is used.
 */
public final class SubordinateIds {

    private static final String USER = "kubelet";
    private static final String TOOL = "getsubids";
    private static final int LIMIT_SECONDS = 30;
    private static final int LONGEST_ANSWER = 64 * 1024;

    private final Path passwd;
    private final List<Path> binaries;

    /**
     * @param passwd the file of users
     * @param binaries folders where tools are
     */
    public SubordinateIds(Path passwd, List<Path> binaries) {
        this.passwd = passwd;
        this.binaries = List.copyOf(binaries);
    }

    /** Those of this host. */
    public static SubordinateIds ofHost() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin:/bin");
        return new SubordinateIds(
                Path.of("/etc/passwd"),
                java.util.Arrays.stream(path.split(":", -1))
                        .filter(p -> !p.isEmpty())
                        .map(Path::of)
                        .toList());
    }

    /**
     * The range for pods.
     *
     * @param block ids a pod gets
     * @throws IOException when the user and the tool are there and do not name exactly one range,
     *     the same for users and groups: the kubelet must not start with another
     */
    public IdRange range(long block) throws IOException, InterruptedException {
        Optional<Path> tool =
                binaries.stream()
                        .map(folder -> folder.resolve(TOOL))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (!userExists() || tool.isEmpty()) {
            return IdRange.wholeHost(block);
        }
        String users = run(tool.get().toString(), USER);
        String groups = run(tool.get().toString(), "-g", USER);
        if (!users.equals(groups)) {
            throw new IOException(
                    "subordinate user and group ids of user kubelet differ: " + users + groups);
        }
        return parse(users, block);
    }

    private boolean userExists() throws IOException {
        return Files.exists(passwd)
                && KernelFiles.read(passwd).lines().anyMatch(l -> l.startsWith(USER + ":"));
    }

    /** A line such as {@code 0: kubelet 65536 2147483648}. */
    static IdRange parse(String output, long block) throws IOException {
        String[] fields = output.strip().split("\\s+", -1);
        if (output.strip().lines().count() != 1 || fields.length != 4) {
            throw new IOException(
                    "getsubids of user kubelet should name one range, but says: " + output.strip());
        }
        try {
            return new IdRange(
                    Long.parseUnsignedLong(fields[2]), Long.parseUnsignedLong(fields[3]), block);
        } catch (NumberFormatException e) {
            throw new IOException("getsubids of user kubelet says no numbers: " + output, e);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            byte[] answer = process.getInputStream().readNBytes(LONGEST_ANSWER);
            String text = new String(answer, StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + text.strip());
            }
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
