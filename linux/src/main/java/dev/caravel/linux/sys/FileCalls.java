package dev.caravel.linux.sys;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * System calls on files, where Java's own file API either follows links, blocks on FIFOs or cannot
 * start from an open folder. {@link Kernel#files()} is the real one. Calls interrupted by a signal
 * are repeated.
 */
public interface FileCalls {
    /** open(2). The mode matters only with {@link OpenFlag#CREATE}. */
    Descriptor open(Path path, Set<OpenFlag> flags, int mode) throws SystemCallException;

    /** openat(2) on one name of a folder, never following a symbolic link. */
    Descriptor openEntry(Descriptor folder, DirectoryEntry entry, Set<OpenFlag> flags)
            throws SystemCallException;

    /** openat(2) of the folder above. */
    Descriptor openParent(Descriptor folder) throws SystemCallException;

    /**
     * openat2(2): opens a path below a folder under rules on how far it may lead.
     *
     * @throws SystemCallException {@code EXDEV} when the path leads out, {@code ELOOP} when a link
     *     is in the way, {@code ENOSYS} before Linux 5.6
     */
    Descriptor openBelow(
            Descriptor root, String relative, Set<OpenFlag> flags, int mode, Set<Resolve> how)
            throws SystemCallException;

    /** statx(2) of an open file. */
    FileStatus status(Descriptor file) throws SystemCallException;

    /** statx(2) of a path, not following a link in the last component. */
    FileStatus status(Path path) throws SystemCallException;

    /** statx(2) of one name of a folder, not following a link. */
    FileStatus status(Descriptor folder, DirectoryEntry entry) throws SystemCallException;

    /** statfs(2). May hang as long as a network file system does. */
    FileSystemStatus fileSystem(Path path) throws SystemCallException;

    /**
     * pread(2).
     *
     * @return how many bytes were read, 0 at the end
     */
    int read(Descriptor file, byte[] into, long offset) throws SystemCallException;

    /**
     * The next names of a folder, without {@code .} and {@code ..}; an empty list at the end. One
     * call returns at most what fits into 32 KiB.
     */
    List<DirectoryEntry> list(Descriptor folder) throws SystemCallException;

    /** Makes {@link #list} go on from {@link DirectoryEntry#next()}, or from the start with 0. */
    void seek(Descriptor folder, long position) throws SystemCallException;

    /** unlinkat(2) of a name that is no folder. */
    void removeFile(Descriptor folder, DirectoryEntry entry) throws SystemCallException;

    /** unlinkat(2) of an empty folder. */
    void removeFolder(Descriptor folder, DirectoryEntry entry) throws SystemCallException;

    /** mkdirat(2). The mode is cut by the umask, as always. */
    void makeFolder(Descriptor folder, String name, int mode) throws SystemCallException;

    /** mknod(2); device numbers matter for device files only. */
    void makeNode(Path path, FileType type, int permissions, int major, int minor)
            throws SystemCallException;

    /** Sets the permission bits of an open file, {@link OpenFlag#PATH} ones included. */
    void changeMode(Descriptor file, int permissions) throws SystemCallException;

    /** fchownat(2) on an open file, {@link OpenFlag#PATH} ones included; -1 leaves an id. */
    void changeOwner(Descriptor file, long uid, long gid) throws SystemCallException;

    /**
     * fchownat(2) on one name of a folder; a symbolic link itself changes hands, not its target.
     */
    void changeOwner(Descriptor folder, DirectoryEntry entry, long uid, long gid)
            throws SystemCallException;

    /** fsync(2). */
    void sync(Descriptor file) throws SystemCallException;

    /**
     * flock(2), exclusive, without waiting; the lock goes when the file is closed.
     *
     * @return false when somebody else holds it
     */
    boolean tryLock(Descriptor file) throws SystemCallException;

    /** flock(2), exclusive, waiting. Blocks its thread, so call it from a platform thread. */
    void lock(Descriptor file) throws SystemCallException;
}
