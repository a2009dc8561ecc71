package dev.caravel.linux.fs;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.Errno;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileStatus;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Whole folders: removing, measuring and changing them while a container may still write there. No
 * method follows a symbolic link or crosses into another mount.
 */
public final class DirectoryTree {
    /** How often a folder that fills up again while it is removed is tried before giving up. */
    private static final int REFILLS = 16;

    private final FileCalls files;

    /** Works through the given system calls. */
    public DirectoryTree(FileCalls files) {
        this.files = files;
    }

    /**
     * Removes a file or a folder with all in it. One that does not exist is no error.
     *
     * @throws IOException at the first thing that cannot be removed; a mount below the path is one,
     *     and nothing on that mount is touched. What is left can be removed by calling again
     */
    public void delete(Path path) throws IOException {
        try {
            walk(path, false, new Deletion());
        } catch (SystemCallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /**
     * Measures a folder as {@code du -x} does: blocks on disk, a file with several names once. The
     * path itself may be a mount point.
     *
     * @param maxEntries where to stop, as a container decides how many there are
     * @throws SystemCallException {@code ENOENT} when the path does not exist
     */
    public Usage usage(Path path, long maxEntries) throws IOException {
        Measurement measurement = new Measurement(maxEntries);
        try {
            walk(path, true, measurement);
        } catch (Measurement.Enough e) {
            return new Usage(measurement.bytes, measurement.inodes, false);
        }
        return new Usage(measurement.bytes, measurement.inodes, true);
    }

    /**
     * Shows every file and folder to a visitor, folders after what is in them, the path itself
     * last. The path itself may be a mount point.
     */
    public void visit(Path path, Visitor visitor) throws IOException {
        walk(path, true, new Tour(visitor));
    }

    private void walk(Path path, boolean mayBeMount, TreeVisitor visitor) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException(path + " is the root of the file system");
        }
        Descriptor start = files.open(parent, EnumSet.of(OpenFlag.DIRECTORY), 0);
        TreeWalk.run(files, visitor, mayBeMount, start, DirectoryEntry.named(name.toString()));
    }

    /**
     * Size of a tree.
     *
     * @param bytes on disk
     * @param inodes files, folders and the rest
     * @param complete false when the walk stopped at its bound
     */
    public record Usage(long bytes, long inodes, boolean complete) {}

    /** See {@link #visit}. */
    @FunctionalInterface
    public interface Visitor {
        /** One file or folder. */
        void visit(Node node) throws IOException;
    }

    /** A file or folder on a tour; valid only during the visit. */
    public final class Node {
        private final Descriptor descriptor;
        private final FileStatus status;

        private Node(Descriptor descriptor, FileStatus status) {
            this.descriptor = descriptor;
            this.status = status;
        }

        /** What it is. */
        public FileStatus status() {
            return status;
        }

        /** Changes owner and group, of a symbolic link the link's own; -1 leaves one as it is. */
        public void changeOwner(long uid, long gid) throws IOException {
            files.changeOwner(descriptor, uid, gid);
        }

        /** Changes the permission bits; symbolic links have none. */
        public void changeMode(int permissions) throws IOException {
            if (status.type() == FileType.SYMLINK) {
                throw new IllegalStateException(descriptor + " is a symbolic link, without mode");
            }
            files.changeMode(descriptor, permissions);
        }

        /** Path, for messages. */
        @Override
        public String toString() {
            return descriptor.toString();
        }
    }

    private final class Deletion implements TreeVisitor {
        private int refills;

        @Override
        public void file(Descriptor folder, DirectoryEntry entry) throws IOException {
            files.removeFile(folder, entry);
        }

        @Override
        public void otherMount(Descriptor folder, DirectoryEntry entry) throws IOException {
            throw new IOException(
                    "Delete "
                            + folder
                            + "/"
                            + entry
                            + ": something is mounted there; unmount it first. Nothing on that"
                            + " mount was touched");
        }

        @Override
        public void leaving(Descriptor folder, FileStatus status) {}

        @Override
        public boolean left(Descriptor parent, DirectoryEntry entry) throws IOException {
            try {
                files.removeFolder(parent, entry);
                return false;
            } catch (SystemCallException e) {
                refills++;
                if (!e.is(Errno.ENOTEMPTY, Errno.EEXIST) || refills > REFILLS) {
                    throw e;
                }
                return true;
            }
        }
    }

    private final class Measurement implements TreeVisitor {
        /** Ends the walk; never seen outside. */
        private static final class Enough extends IOException {}

        private final long maxEntries;
        private final Set<Long> severalNames = new HashSet<>();
        private long entries;
        private long bytes;
        private long inodes;

        Measurement(long maxEntries) {
            this.maxEntries = maxEntries;
        }

        @Override
        public void file(Descriptor folder, DirectoryEntry entry) throws IOException {
            count();
            FileStatus status = files.status(folder, entry);
            if (status.links() <= 1 || severalNames.add(status.inode())) {
                add(status);
            }
        }

        @Override
        public void otherMount(Descriptor folder, DirectoryEntry entry) {}

        @Override
        public void leaving(Descriptor folder, FileStatus status) throws IOException {
            count();
            add(status);
        }

        @Override
        public boolean left(Descriptor parent, DirectoryEntry entry) {
            return false;
        }

        private void count() throws Enough {
            entries++;
            if (entries > maxEntries) {
                throw new Enough();
            }
        }

        private void add(FileStatus status) {
            inodes++;
            bytes += status.blocks() * 512;
        }
    }

    private final class Tour implements TreeVisitor {
        private final Visitor visitor;

        Tour(Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public void file(Descriptor folder, DirectoryEntry entry) throws IOException {
            try (Descriptor opened = files.openEntry(folder, entry, EnumSet.of(OpenFlag.PATH))) {
                visitor.visit(new Node(opened, files.status(opened)));
            }
        }

        @Override
        public void otherMount(Descriptor folder, DirectoryEntry entry) {}

        @Override
        public void leaving(Descriptor folder, FileStatus status) throws IOException {
            visitor.visit(new Node(folder, status));
        }

        @Override
        public boolean left(Descriptor parent, DirectoryEntry entry) {
            return false;
        }
    }
}
