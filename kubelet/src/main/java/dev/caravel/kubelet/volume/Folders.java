package dev.caravel.kubelet.volume;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** Makes folders with exact modes, whatever the umask. */
public final class Folders {
    /** Of the kubelet's own folders: nobody but root and its group looks in. */
    public static final int PRIVATE = 0750;

    private Folders() {}

    /**
     * Makes a folder and those above it that are missing, all with the same mode. One that exists
     * keeps its mode.
     *
     * @throws IOException also when something that is no folder is in the way
     */
    public static void create(Path folder, int mode) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path path = folder.toAbsolutePath().normalize();
        while (path != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            missing.push(path);
            path = path.getParent();
        }
        for (Path next : missing) {
            try {
                Files.createDirectory(next);
            } catch (FileAlreadyExistsException e) {
                // Another pod's thread was faster; its mode is the same.
                continue;
            }
            setMode(next, mode);
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is in the way: it is not a folder");
        }
    }

    /** Sets the permission bits of a file or folder that only root can replace. */
    public static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
