package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel knows about a file (statx(2)).
 *
 * @param type kind of file
 * @param permissions the lower twelve bits of the mode
 * @param uid owner, up to 2^32 - 2; the ids of user namespaces reach that far
 * @param gid group
 * @param links names of the file
 * @param inode number within its file system
 * @param deviceMajor major number of the file system
 * @param deviceMinor minor number of the file system
 * @param nodeMajor major number of the device a device file stands for
 * @param nodeMinor minor number of the device a device file stands for
 * @param size length in bytes
 * @param blocks space on disk in units of 512 bytes
 * @param mountId mount it was reached through; -1 on kernels before 5.8
 * @param mountRoot whether it is the root of a mount; false on kernels before 5.8
 */
public record FileStatus(
        FileType type,
        int permissions,
        long uid,
        long gid,
        int links,
        long inode,
        int deviceMajor,
        int deviceMinor,
        int nodeMajor,
        int nodeMinor,
        long size,
        long blocks,
        long mountId,
        boolean mountRoot) {
    /** Size of struct statx (linux/stat.h). */
    static final int STRUCT_SIZE = 256;

    private static final int MASK_MOUNT_ID = 0x1000;
    private static final int ATTR_MOUNT_ROOT = 0x2000;

    /** What to ask for: STATX_BASIC_STATS | STATX_MNT_ID. */
    static final int MASK = 0x7ff | MASK_MOUNT_ID;

    static FileStatus parse(byte[] statx) {
        ByteBuffer in = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
        int mask = in.getInt(0);
        long attributes = in.getLong(8);
        int mode = in.getShort(28) & 0xffff;
        return new FileStatus(
                FileType.ofMode(mode),
                mode & 07777,
                Integer.toUnsignedLong(in.getInt(20)),
                Integer.toUnsignedLong(in.getInt(24)),
                in.getInt(16),
                in.getLong(32),
                in.getInt(136),
                in.getInt(140),
                in.getInt(128),
                in.getInt(132),
                in.getLong(40),
                in.getLong(48),
                (mask & MASK_MOUNT_ID) != 0 ? in.getLong(144) : -1,
                (attributes & ATTR_MOUNT_ROOT) != 0);
    }

    /** Whether both are the same file: same file system, same inode. */
    public boolean sameFile(FileStatus other) {
        return inode == other.inode && sameFileSystem(other);
    }

    /** Whether both lie on the same file system. */
    public boolean sameFileSystem(FileStatus other) {
        return deviceMajor == other.deviceMajor && deviceMinor == other.deviceMinor;
    }

    /**
     * Whether both were reached through the same mount. A bind mount of the same file system counts
     * as another one, where the kernel is new enough to tell.
     */
    public boolean sameMount(FileStatus other) {
        return sameFileSystem(other) && mountId == other.mountId;
    }
}
