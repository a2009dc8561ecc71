package dev.caravel.linux.mount;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.Resolve;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Shows one path inside a volume at a place of its own (contract §7.3, subPath). The pods that
 * share the volume may change it at any moment, so the path is looked up once, below the volume's
 * root, and what was found is mounted through its descriptor. Links inside the volume are followed,
 * as ConfigMap volumes consist of them; links that lead out are an error.
 */
public final class SubPaths {
    private static final int FOLDER_MODE = 0750;
    private static final int FILE_MODE = 0640;
    private static final Set<OpenFlag> REFERENCE = EnumSet.of(OpenFlag.PATH);
    private static final Set<OpenFlag> FOLDER = EnumSet.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
    private static final Set<Resolve> INSIDE = EnumSet.of(Resolve.BENEATH, Resolve.NO_MAGICLINKS);

    private final Mounts mounts;
    private final FileCalls files;

    /** Mounts with the one, looks up with the other. */
    public SubPaths(Mounts mounts, FileCalls files) {
        this.mounts = mounts;
        this.files = files;
    }

    /**
     * Makes the folders of a path that are missing in a volume.
     *
     * @param mode permission bits of each folder made, regardless of the umask
     */
    public void createFolders(Path volume, String subPath, int mode) throws IOException {
        List<String> names = names(subPath);
        int made = 0;
        Descriptor current = files.open(volume, FOLDER, 0);
        try {
            int existing = names.size();
            while (existing > 0) {
                String prefix = String.join("/", names.subList(0, existing));
                try {
                    Descriptor deepest = files.openBelow(current, prefix, FOLDER, 0, INSIDE);
                    current.close();
                    current = deepest;
                    break;
                } catch (SystemCallException e) {
                    if (!e.is(Errno.ENOENT)) {
                        throw e;
                    }
                    existing--;
                }
            }
            for (made = existing; made < names.size(); made++) {
                Descriptor next = createFolder(current, names.get(made), mode);
                current.close();
                current = next;
            }
        } finally {
            current.close();
        }
    }

    private Descriptor createFolder(Descriptor parent, String name, int mode) throws IOException {
        try {
            files.makeFolder(parent, name, mode);
        } catch (SystemCallException e) {
            // Another container of the pod may create the same folder at the same time.
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            return files.openEntry(parent, DirectoryEntry.named(name), FOLDER);
        }
        Descriptor made = files.openEntry(parent, DirectoryEntry.named(name), FOLDER);
        try {
            files.changeMode(made, mode);
            return made;
        } catch (SystemCallException e) {
            made.close();
            throw e;
        }
    }

    /**
     * Mounts a path of a volume. The target is made as needed, a file or a folder as the source is.
     * Doing it again is no error; a bind whose source was replaced or has died is renewed.
     *
     * @throws SystemCallException {@code ENOENT} when the path does not exist, {@code EXDEV} when
     *     it leads out of the volume
     */
    public void bind(Path volume, String subPath, Path target) throws IOException {
        names(subPath);
        try (Descriptor root = files.open(volume, FOLDER, 0);
                Descriptor source = files.openBelow(root, subPath, REFERENCE, 0, INSIDE)) {
            FileStatus status = files.status(source);
            if (isBound(target, status)) {
                return;
            }
            boolean made = createTarget(target, status.type() == FileType.DIRECTORY);
            try {
                mounts.bind(source.procPath(), target, true, Set.of());
            } catch (IOException e) {
                if (made) {
                    removeAfter(e, target);
                }
                throw e;
            }
        }
    }

    /**
     * Takes a bind off and removes the file or folder it was mounted on. One that is gone is no
     * error; nothing below the source is touched.
     */
    public void unbind(Path target) throws IOException {
        while (mounts.unmount(target)) {
            // A crash between mount and bookkeeping may have left several on top of each other.
        }
        // Not recursive: a folder that is not empty now was no bind target.
        Files.deleteIfExists(target);
    }

    private boolean isBound(Path target, FileStatus source) throws IOException {
        if (!mounts.isMountPoint(target)) {
            return false;
        }
        try {
            if (files.status(target).sameFile(source)) {
                return true;
            }
        } catch (SystemCallException e) {
            if (!e.is(Errno.ESTALE, Errno.ENOTCONN, Errno.EIO, Errno.EHOSTDOWN, Errno.EACCES)) {
                throw e;
            }
        }
        // Waiting for a dead server to let go could take forever, and nobody can use it any more.
        mounts.detach(target);
        return false;
    }

    private static boolean createTarget(Path target, boolean folder) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (Files.exists(target)) {
            if (Files.isDirectory(target) == folder) {
                return false;
            }
            // Left from an earlier run in which the source was of the other kind.
            Files.delete(target);
        }
        if (folder) {
            Files.createDirectory(target);
            setMode(target, FOLDER_MODE);
        } else {
            Files.createFile(target);
            setMode(target, FILE_MODE);
        }
        return true;
    }

    private static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static void removeAfter(IOException cause, Path target) {
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static List<String> names(String subPath) {
        List<String> names = Stream.of(subPath.split("/", -1)).filter(n -> !n.isEmpty()).toList();
        if (subPath.startsWith("/") || names.contains("..") || names.isEmpty()) {
            throw new IllegalArgumentException(
                    "subPath '" + subPath + "' must be relative, not empty and without '..'");
        }
        return names.stream().filter(name -> !name.equals(".")).toList();
    }
}
