package dev.caravel.linux.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Capacity of a file system (statfs(2)).
 *
 * @param type magic number, e.g. 0x01021994 for tmpfs
 * @param capacityBytes size
 * @param freeBytes free for root
 * @param availableBytes free for everybody
 * @param inodes all, 0 where the file system makes them as needed
 * @param inodesFree unused
 */
public record FileSystemStatus(
        long type,
        long capacityBytes,
        long freeBytes,
        long availableBytes,
        long inodes,
        long inodesFree) {
    /** Size of struct statfs on 64-bit machines (asm-generic/statfs.h). */
    static final int STRUCT_SIZE = 120;

    static FileSystemStatus parse(byte[] statfs) {
        ByteBuffer in = ByteBuffer.wrap(statfs).order(ByteOrder.nativeOrder());
        long fragment = in.getLong(72);
        // f_frsize is the unit of the counts; very old file systems leave it 0 and mean f_bsize.
        long unit = fragment != 0 ? fragment : in.getLong(8);
        return new FileSystemStatus(
                in.getLong(0),
                in.getLong(16) * unit,
                in.getLong(24) * unit,
                in.getLong(32) * unit,
                in.getLong(40),
                in.getLong(48));
    }
}
