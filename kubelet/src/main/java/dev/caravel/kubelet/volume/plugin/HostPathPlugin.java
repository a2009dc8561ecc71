package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.CleanPath;
import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.SystemCallException;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code hostPath}: a path of the node as it is, checked and perhaps created as its type says.
 * Links are followed, as the path belongs to the node. Owner, group and labels stay untouched.
 */
public final class HostPathPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/host-path";
    private static final int FOLDER_MODE = 0755;
    private static final int FILE_MODE = 0644;

    private final FileCalls files;

    public HostPathPlugin(FileCalls files) {
        this.files = files;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return source(volume) != null;
    }

    private static @Nullable HostPathVolumeSource source(PodVolume volume) {
        return volume.claimed().isPresent()
                ? volume.claimed().get().persistentVolume().getSpec().getHostPath()
                : volume.volume().getHostPath();
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        HostPathVolumeSource source = Objects.requireNonNull(source(request.volume()));
        String path = source.getPath();
        if (CleanPath.hasBackStep(path)) {
            throw new VolumeException("invalid HostPath `" + path + "`: must not contain '..'");
        }
        Path host = Path.of(path);
        String type = Objects.requireNonNullElse(source.getType(), "");
        try {
            check(host, type);
        } catch (IOException e) {
            throw new VolumeException("hostPath " + host + ": " + e.getMessage(), e);
        }
        return PreparedVolume.OnHost.steady(host, request.volume().readOnly(), false);
    }

    private void check(Path path, String type) throws IOException, VolumeException {
        switch (type) {
            case "" -> {}
            case "DirectoryOrCreate" -> {
                if (typeOf(path).isEmpty()) {
                    Folders.create(path, FOLDER_MODE);
                }
                require(path, FileType.DIRECTORY, "directory");
            }
            case "Directory" -> require(path, FileType.DIRECTORY, "directory");
            case "FileOrCreate" -> {
                if (typeOf(path).isEmpty()) {
                    createFile(path);
                }
                require(path, FileType.REGULAR, "file");
            }
            case "File" -> require(path, FileType.REGULAR, "file");
            case "Socket" -> require(path, FileType.SOCKET, "socket file");
            case "CharDevice" -> require(path, FileType.CHARACTER_DEVICE, "character device");
            case "BlockDevice" -> require(path, FileType.BLOCK_DEVICE, "block device");
            default -> throw new VolumeException(type + " is an invalid volume type");
        }
    }

    private static void createFile(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // Another pod made it meanwhile; the check that follows looks at it.
            return;
        }
        Folders.setMode(path, FILE_MODE);
    }

    private void require(Path path, FileType wanted, String word) throws VolumeException {
        Optional<FileType> found;
        try {
            found = typeOf(path);
        } catch (IOException e) {
            throw new VolumeException(
                    "hostPath type check failed, "
                            + path
                            + " is not a "
                            + word
                            + ", unable to determine its type: "
                            + e.getMessage(),
                    e);
        }
        if (found.isEmpty()) {
            throw new VolumeException(
                    "hostPath type check failed, "
                            + path
                            + " is not a "
                            + word
                            + ", unable to determine its type: no such file or directory");
        }
        if (found.get() != wanted) {
            throw new VolumeException(
                    "hostPath type check failed: "
                            + path
                            + " is not a "
                            + word
                            + ", it's a "
                            + apiName(found.get()));
        }
    }

    /** What is at the end of the links of a path; opens no device and waits for no FIFO. */
    private Optional<FileType> typeOf(Path path) throws IOException {
        try (Descriptor found = files.open(path, EnumSet.of(OpenFlag.PATH), 0)) {
            return Optional.of(files.status(found).type());
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The type as {@code hostPath.type} names it. */
    private static String apiName(FileType type) {
        return switch (type) {
            case REGULAR -> "File";
            case DIRECTORY -> "Directory";
            case SOCKET -> "Socket";
            case CHARACTER_DEVICE -> "CharDevice";
            case BLOCK_DEVICE -> "BlockDevice";
            case SYMLINK, FIFO, UNKNOWN -> "FIFO or other special file";
        };
    }

    /** Nothing to do: the path belongs to the node. */
    @Override
    public void tearDown(String podUid, String specName) {}
}
