package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw block volumes of pods (kubelet.md §7.3): a link in the pod's folder that the runtime follows,
 * a bind mount of the device in the plugin's folder that says who uses it, and a loop device over
 * that which keeps the device from vanishing meanwhile.
 */
public final class BlockDevices {
    private static final Logger log = LoggerFactory.getLogger(BlockDevices.class);
    private static final Path LOOP_DEVICES = Path.of("/sys/block");

    private final HostCommands commands;
    private final Mounts mounts;

    public BlockDevices(HostCommands commands, Mounts mounts) {
        this.commands = commands;
        this.mounts = mounts;
    }

    /**
     * Gives a device to a pod; once is enough, more do nothing.
     *
     * @param device of the node
     * @param link where the runtime looks, below the pod
     * @param use where the plugin remembers the pod, named by its UID
     */
    public void map(Path device, Path link, Path use)
            throws IOException, VolumeException, InterruptedException {
        Folders.create(Objects.requireNonNull(use.getParent()), Folders.PRIVATE);
        if (!mounts.isMountPoint(use)) {
            if (!Files.exists(use)) {
                Files.createFile(use);
            }
            mounts.bind(device.toRealPath(), use, false, Set.of());
        }
        Folders.create(Objects.requireNonNull(link.getParent()), Folders.PRIVATE);
        // Made anew each time: device names change over a reboot.
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, device);
        if (loopOver(use).isEmpty()) {
            HostCommands.Result result = commands.run(List.of("losetup", "-f", use.toString()));
            if (result.exitCode() != 0) {
                throw new VolumeException("losetup -f " + use + " failed: " + result.output());
            }
        }
    }

    /** Takes a device from a pod; what is gone is fine. */
    public void unmap(Path link, Path use)
            throws IOException, VolumeException, InterruptedException {
        Optional<Path> loop = loopOver(use);
        if (loop.isPresent()) {
            HostCommands.Result result =
                    commands.run(List.of("losetup", "-d", loop.get().toString()));
            if (result.exitCode() != 0 && Files.exists(loop.get())) {
                throw new VolumeException(
                        "losetup -d " + loop.get() + " failed: " + result.output());
            }
        }
        Files.deleteIfExists(link);
        mounts.unmount(use);
        Files.deleteIfExists(use);
        try {
            Files.deleteIfExists(Objects.requireNonNull(use.getParent()));
        } catch (DirectoryNotEmptyException e) {
            log.debug("Other pods still use {}", use.getParent());
        }
    }

    /** The loop device whose backing file this is. */
    private static Optional<Path> loopOver(Path file) throws IOException {
        Path real;
        try {
            real = file.toRealPath();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> loops = Files.newDirectoryStream(LOOP_DEVICES, "loop*")) {
            for (Path loop : loops) {
                Path backing = loop.resolve("loop/backing_file");
                if (backs(backing, real)) {
                    return Optional.of(Path.of("/dev").resolve(loop.getFileName().toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean backs(Path backing, Path file) {
        try {
            String name = Files.readString(backing).strip();
            String deleted = " (deleted)";
            return (name.endsWith(deleted)
                            ? name.substring(0, name.length() - deleted.length())
                            : name)
                    .equals(file.toString());
        } catch (IOException e) {
            // A loop device that is not in use has no such file.
            return false;
        }
    }
}
