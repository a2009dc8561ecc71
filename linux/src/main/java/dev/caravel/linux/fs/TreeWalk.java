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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;

/**
 * Goes through a tree somebody else may be changing. Every step starts from an open folder, never
 * from a path, so no link can lead it astray; it stays on the mount it began on. It keeps one
 * folder open and a few names a level, however deep or wide the tree is: back up it goes through
 * {@code ..} and checks that it came out where it went in.
 */
final class TreeWalk {
    /** Names of folders remembered a level; more are listed again after these are done. */
    private static final int PENDING = 64;

    private final FileCalls files;
    private final TreeVisitor visitor;
    private final boolean startMayBeMount;
    private final Deque<Level> levels = new ArrayDeque<>();
    private Descriptor current;

    /** One folder on the way down. */
    private static final class Level {
        final DirectoryEntry entry;
        final FileStatus status;
        final Deque<DirectoryEntry> pending = new ArrayDeque<>();
        long position;
        boolean listed;

        Level(DirectoryEntry entry, FileStatus status) {
            this.entry = entry;
            this.status = status;
        }
    }

    private TreeWalk(
            FileCalls files, TreeVisitor visitor, boolean startMayBeMount, Descriptor start) {
        this.files = files;
        this.visitor = visitor;
        this.startMayBeMount = startMayBeMount;
        this.current = start;
    }

    /**
     * Walks one entry of a folder, which may be a file.
     *
     * @param startMayBeMount whether to go in when something is mounted at the very start
     * @param parent folder it is in; closed when this returns
     * @param entry where to start
     */
    static void run(
            FileCalls files,
            TreeVisitor visitor,
            boolean startMayBeMount,
            Descriptor parent,
            DirectoryEntry entry)
            throws IOException {
        TreeWalk walk = new TreeWalk(files, visitor, startMayBeMount, parent);
        try {
            walk.go(entry);
        } finally {
            walk.current.close();
        }
    }

    private void go(DirectoryEntry start) throws IOException {
        Level top = new Level(start, files.status(current));
        top.listed = true;
        levels.push(top);
        if (files.status(current, start).type() == FileType.DIRECTORY) {
            top.pending.add(start);
        } else {
            visitor.file(current, start);
        }
        while (true) {
            Level level = levels.element();
            DirectoryEntry folder = level.pending.poll();
            if (folder != null) {
                enter(level, folder);
            } else if (!level.listed) {
                list(level);
            } else if (levels.size() == 1) {
                return;
            } else {
                leave(level);
            }
        }
    }

    private void list(Level level) throws IOException {
        files.seek(current, level.position);
        List<DirectoryEntry> batch = files.list(current);
        level.listed = batch.isEmpty();
        for (DirectoryEntry entry : batch) {
            handle(level, entry);
            level.position = entry.next();
            if (level.pending.size() == PENDING) {
                return;
            }
        }
    }

    private void handle(Level level, DirectoryEntry entry) throws IOException {
        FileType type = entry.type();
        try {
            if (type == FileType.UNKNOWN) {
                type = files.status(current, entry).type();
            }
            if (type == FileType.DIRECTORY) {
                level.pending.add(entry);
            } else {
                visitor.file(current, entry);
            }
        } catch (SystemCallException e) {
            ignoreGone(e);
        }
    }

    private void enter(Level level, DirectoryEntry entry) throws IOException {
        Descriptor folder;
        try {
            folder = files.openEntry(current, entry, EnumSet.of(OpenFlag.DIRECTORY));
        } catch (SystemCallException e) {
            if (e.is(Errno.ENOTDIR, Errno.ELOOP)) {
                // Replaced by something else since it was listed.
                visitor.file(current, entry);
            } else {
                ignoreGone(e);
            }
            return;
        }
        boolean kept = false;
        try {
            FileStatus status = files.status(folder);
            if (status.sameMount(level.status) || (startMayBeMount && levels.size() == 1)) {
                levels.push(new Level(entry, status));
                current.close();
                current = folder;
                kept = true;
            }
        } finally {
            if (!kept) {
                folder.close();
            }
        }
        if (!kept) {
            visitor.otherMount(current, entry);
        }
    }

    private void leave(Level level) throws IOException {
        visitor.leaving(current, level.status);
        Descriptor parent = files.openParent(current);
        current.close();
        current = parent;
        levels.pop();
        Level above = levels.element();
        if (!files.status(parent).sameFile(above.status)) {
            throw new IOException(
                    "Walk of "
                            + parent
                            + ": "
                            + level.entry
                            + " was moved elsewhere meanwhile; stopped");
        }
        try {
            if (visitor.left(parent, level.entry)) {
                above.pending.push(level.entry);
            }
        } catch (SystemCallException e) {
            ignoreGone(e);
        }
    }

    /** What others removed first needs no walk. */
    private static void ignoreGone(SystemCallException e) throws SystemCallException {
        if (!e.is(Errno.ENOENT)) {
            throw e;
        }
    }
}
