package dev.caravel.linux.sys;

import java.nio.charset.StandardCharsets;

/**
 * A name in a folder. Names are bytes: a container may write any but {@code /} and NUL, so they are
 * kept as they are and become text only for messages.
 */
public final class DirectoryEntry {
    private final byte[] name;
    private final FileType type;
    private final long next;

    DirectoryEntry(byte[] name, FileType type, long next) {
        this.name = name;
        this.type = type;
        this.next = next;
    }

    /**
     * An entry by its name, of a type that is not known yet.
     *
     * @throws IllegalArgumentException if the name is empty, a dot or two, or contains a slash
     */
    public static DirectoryEntry named(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("'" + name + "' is no name of a directory entry");
        }
        return new DirectoryEntry(CStrings.of(name), FileType.UNKNOWN, 0);
    }

    /** The name with a NUL behind it, as the kernel wants it. */
    byte[] terminatedName() {
        return name;
    }

    /** Kind of file; {@link FileType#UNKNOWN} where the file system keeps it in the inode only. */
    public FileType type() {
        return type;
    }

    /** Where the entry after this one starts, for {@link FileCalls#seek}. */
    public long next() {
        return next;
    }

    /** The name for people; bytes that are not UTF-8 are replaced. */
    @Override
    public String toString() {
        return new String(name, 0, name.length - 1, StandardCharsets.UTF_8);
    }
}
