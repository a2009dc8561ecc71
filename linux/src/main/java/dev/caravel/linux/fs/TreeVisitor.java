package dev.caravel.linux.fs;

import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.FileStatus;
import java.io.IOException;

/** What {@link TreeWalk} does on its way. An exception ends the walk. */
interface TreeVisitor {
    /** Something that is no folder. */
    void file(Descriptor folder, DirectoryEntry entry) throws IOException;

    /** A folder that another mount covers; the walk does not go in. */
    void otherMount(Descriptor folder, DirectoryEntry entry) throws IOException;

    /** The end of a folder, all below it done, still inside. */
    void leaving(Descriptor folder, FileStatus status) throws IOException;

    /**
     * Back in the folder above.
     *
     * @return whether to go in once more
     */
    boolean left(Descriptor parent, DirectoryEntry entry) throws IOException;
}
