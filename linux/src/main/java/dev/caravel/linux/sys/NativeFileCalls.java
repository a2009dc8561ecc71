package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** {@link FileCalls} on this kernel. */
final class NativeFileCalls implements FileCalls {
    private static final long SYS_OPENAT2 = 437;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int SEEK_SET = 0;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int ENTRIES_BUFFER = 32 * 1024;
    private static final byte[] EMPTY_PATH = CStrings.of("");
    private static final byte[] PARENT = CStrings.of("..");

    /**
     * A lookup that must stay inside a folder gives up with EAGAIN when something was renamed
     * meanwhile; upstream libraries try this often before they call it an attack.
     */
    private static final int LOOKUP_TRIES = 32;

    private final Architecture architecture;

    NativeFileCalls(Architecture architecture) {
        this.architecture = architecture;
    }

    @Override
    public Descriptor open(Path path, Set<OpenFlag> flags, int mode) throws SystemCallException {
        byte[] name = CStrings.of(path);
        int bits = OpenFlag.bits(flags, architecture);
        return opened(
                "openat", path.toString(), () -> Native.libc().openat(AT_FDCWD, name, bits, mode));
    }

    @Override
    public Descriptor openEntry(Descriptor folder, DirectoryEntry entry, Set<OpenFlag> flags)
            throws SystemCallException {
        int bits = OpenFlag.bits(flags, architecture) | architecture.openNoFollow();
        return opened(
                "openat",
                folder.describe(entry),
                () -> Native.libc().openat(folder.number(), entry.terminatedName(), bits, 0));
    }

    @Override
    public Descriptor openParent(Descriptor folder) throws SystemCallException {
        int bits = OpenFlag.bits(EnumSet.of(OpenFlag.DIRECTORY), architecture);
        return opened(
                "openat",
                folder.describeParent(),
                () -> Native.libc().openat(folder.number(), PARENT, bits, 0));
    }

    @Override
    public Descriptor openBelow(
            Descriptor root, String relative, Set<OpenFlag> flags, int mode, Set<Resolve> how)
            throws SystemCallException {
        byte[] name = CStrings.of(relative);
        ByteBuffer request = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        request.putLong(OpenFlag.bits(flags, architecture) & 0xffffffffL);
        request.putLong(flags.contains(OpenFlag.CREATE) ? mode : 0);
        request.putLong(Resolve.bits(how));
        String what = root + "/" + relative;
        for (int tried = 1; ; tried++) {
            try {
                return opened(
                        "openat2",
                        what,
                        () ->
                                Native.libc()
                                        .syscall(
                                                SYS_OPENAT2,
                                                root.number(),
                                                name,
                                                request.array(),
                                                24L));
            } catch (SystemCallException e) {
                if (!e.is(Errno.EAGAIN) || tried == LOOKUP_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static Descriptor opened(String call, String what, LongSupplier open)
            throws SystemCallException {
        return new Descriptor((int) checked(call, what, open), what);
    }

    /** Repeats what a signal interrupted, throws what failed. */
    private static long checked(String call, String what, LongSupplier action)
            throws SystemCallException {
        while (true) {
            long result = action.getAsLong();
            if (result >= 0) {
                return result;
            }
            Errno errno = Native.errno();
            if (errno != Errno.EINTR) {
                throw new SystemCallException(call, what, errno);
            }
        }
    }

    @Override
    public FileStatus status(Descriptor file) throws SystemCallException {
        byte[] buffer = new byte[FileStatus.STRUCT_SIZE];
        int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
        int mask = FileStatus.MASK;
        if (Native.libc().statx(file.number(), EMPTY_PATH, flags, mask, buffer) != 0) {
            throw Native.failure("statx", file.toString());
        }
        return FileStatus.parse(buffer);
    }

    @Override
    public FileStatus status(Path path) throws SystemCallException {
        byte[] buffer = new byte[FileStatus.STRUCT_SIZE];
        int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
        int mask = FileStatus.MASK;
        if (Native.libc().statx(AT_FDCWD, CStrings.of(path), flags, mask, buffer) != 0) {
            throw Native.failure("statx", path.toString());
        }
        return FileStatus.parse(buffer);
    }

    @Override
    public FileStatus status(Descriptor folder, DirectoryEntry entry) throws SystemCallException {
        byte[] buffer = new byte[FileStatus.STRUCT_SIZE];
        int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
        byte[] name = entry.terminatedName();
        if (Native.libc().statx(folder.number(), name, flags, FileStatus.MASK, buffer) != 0) {
            throw Native.failure("statx", folder.describe(entry));
        }
        return FileStatus.parse(buffer);
    }

    @Override
    public FileSystemStatus fileSystem(Path path) throws SystemCallException {
        byte[] buffer = new byte[FileSystemStatus.STRUCT_SIZE];
        byte[] name = CStrings.of(path);
        checked("statfs", path.toString(), () -> Native.libc().statfs(name, buffer));
        return FileSystemStatus.parse(buffer);
    }

    @Override
    public int read(Descriptor file, byte[] into, long offset) throws SystemCallException {
        return (int)
                checked(
                        "pread",
                        file.toString(),
                        () -> Native.libc().pread(file.number(), into, into.length, offset));
    }

    @Override
    public List<DirectoryEntry> list(Descriptor folder) throws SystemCallException {
        byte[] buffer = new byte[ENTRIES_BUFFER];
        List<DirectoryEntry> entries = new ArrayList<>();
        // A batch of nothing but "." and ".." is not the end yet.
        while (entries.isEmpty()) {
            int length =
                    (int)
                            checked(
                                    "getdents64",
                                    folder.toString(),
                                    () ->
                                            Native.libc()
                                                    .syscall(
                                                            architecture.getdents64(),
                                                            folder.number(),
                                                            buffer,
                                                            ENTRIES_BUFFER));
            if (length == 0) {
                break;
            }
            parseEntries(buffer, length, entries);
        }
        return entries;
    }

    /** struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with NUL. */
    static void parseEntries(byte[] buffer, int length, List<DirectoryEntry> into) {
        ByteBuffer in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at < length) {
            int recordLength = in.getShort(at + 16) & 0xffff;
            int start = at + 19;
            int end = start;
            while (buffer[end] != 0) {
                end++;
            }
            byte[] name = Arrays.copyOfRange(buffer, start, end + 1);
            if (!isDots(name)) {
                into.add(
                        new DirectoryEntry(
                                name, FileType.ofEntry(buffer[at + 18]), in.getLong(at + 8)));
            }
            at += recordLength;
        }
    }

    private static boolean isDots(byte[] name) {
        return (name.length == 2 && name[0] == '.')
                || (name.length == 3 && name[0] == '.' && name[1] == '.');
    }

    @Override
    public void seek(Descriptor folder, long position) throws SystemCallException {
        if (Native.libc().lseek(folder.number(), position, SEEK_SET) < 0) {
            throw Native.failure("lseek", folder.toString());
        }
    }

    @Override
    public void removeFile(Descriptor folder, DirectoryEntry entry) throws SystemCallException {
        if (Native.libc().unlinkat(folder.number(), entry.terminatedName(), 0) != 0) {
            throw Native.failure("unlinkat", folder.describe(entry));
        }
    }

    @Override
    public void removeFolder(Descriptor folder, DirectoryEntry entry) throws SystemCallException {
        byte[] name = entry.terminatedName();
        if (Native.libc().unlinkat(folder.number(), name, AT_REMOVEDIR) != 0) {
            throw Native.failure("unlinkat", folder.describe(entry));
        }
    }

    @Override
    public void makeFolder(Descriptor folder, String name, int mode) throws SystemCallException {
        if (Native.libc().mkdirat(folder.number(), CStrings.of(name), mode) != 0) {
            throw Native.failure("mkdirat", folder + "/" + name);
        }
    }

    @Override
    public void makeNode(Path path, FileType type, int permissions, int major, int minor)
            throws SystemCallException {
        // gnu_dev_makedev: twelve bits of major, twenty of minor, interleaved.
        long device = (minor & 0xffL) | ((major & 0xfffL) << 8) | ((minor & 0xfff00L) << 12);
        int mode = type.modeBits() | permissions;
        if (Native.libc().mknod(CStrings.of(path), mode, device) != 0) {
            throw Native.failure("mknod", path.toString());
        }
    }

    @Override
    public void changeMode(Descriptor file, int permissions) throws SystemCallException {
        // fchmod refuses O_PATH descriptors; the link in /proc leads to the same inode.
        byte[] link = CStrings.of(file.procPath());
        if (Native.libc().chmod(link, permissions) != 0) {
            throw Native.failure("chmod", file + " to " + Integer.toOctalString(permissions));
        }
    }

    @Override
    public void changeOwner(Descriptor file, long uid, long gid) throws SystemCallException {
        if (Native.libc().fchownat(file.number(), EMPTY_PATH, (int) uid, (int) gid, AT_EMPTY_PATH)
                != 0) {
            throw Native.failure("fchownat", file + " to " + uid + ":" + gid);
        }
    }

    @Override
    public void changeOwner(Descriptor folder, DirectoryEntry entry, long uid, long gid)
            throws SystemCallException {
        byte[] name = entry.terminatedName();
        if (Native.libc().fchownat(folder.number(), name, (int) uid, (int) gid, AT_SYMLINK_NOFOLLOW)
                != 0) {
            throw Native.failure("fchownat", folder.describe(entry) + " to " + uid + ":" + gid);
        }
    }

    @Override
    public void sync(Descriptor file) throws SystemCallException {
        checked("fsync", file.toString(), () -> Native.libc().fsync(file.number()));
    }

    @Override
    public boolean tryLock(Descriptor file) throws SystemCallException {
        try {
            checked(
                    "flock",
                    file.toString(),
                    () -> Native.libc().flock(file.number(), LOCK_EX | LOCK_NB));
            return true;
        } catch (SystemCallException e) {
            if (e.is(Errno.EAGAIN)) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void lock(Descriptor file) throws SystemCallException {
        checked("flock", file.toString(), () -> Native.libc().flock(file.number(), LOCK_EX));
    }
}
