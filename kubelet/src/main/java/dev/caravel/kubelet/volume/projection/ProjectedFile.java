package dev.caravel.kubelet.volume.projection;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** The content of one file of a projected volume, its permission bits and perhaps its owner. */
public final class ProjectedFile {
    private final byte[] data;
    private final int mode;
    private final OptionalLong owner;

    private ProjectedFile(byte[] data, int mode, OptionalLong owner) {
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException(
                    "file mode " + Integer.toOctalString(mode) + " has bits beyond 7777");
        }
        this.data = data;
        this.mode = mode;
        this.owner = owner;
    }

    /** Takes over {@code data}; the caller must not change it afterwards. */
    public static ProjectedFile of(byte[] data, int mode) {
        return new ProjectedFile(data, mode, OptionalLong.empty());
    }

    /** A file of UTF-8 text. */
    public static ProjectedFile of(String text, int mode) {
        return of(text.getBytes(StandardCharsets.UTF_8), mode);
    }

    /** The same, belonging to a user. */
    public ProjectedFile ownedBy(OptionalLong user) {
        return new ProjectedFile(data, mode, user);
    }

    public int size() {
        return data.length;
    }

    public int mode() {
        return mode;
    }

    /** The user it belongs to; empty leaves it to root. */
    public OptionalLong owner() {
        return owner;
    }

    /** Whether a file on disk has this content. */
    public boolean sameContent(byte[] other) {
        return Arrays.equals(data, other);
    }

    /** A copy of the content. */
    public byte[] bytes() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProjectedFile file
                && mode == file.mode
                && owner.equals(file.owner)
                && Arrays.equals(data, file.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(data) + mode;
    }

    /** Size and mode only: the content may be a secret. */
    @Override
    public String toString() {
        return data.length + " bytes, mode " + Integer.toOctalString(mode);
    }
}
