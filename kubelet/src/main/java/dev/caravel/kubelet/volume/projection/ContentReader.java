package dev.caravel.kubelet.volume.projection;

import dev.caravel.kubelet.volume.projection.VolumeContent.RootEntry;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.FileType;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out what a projected volume holds. Follows no link and reads no more than is wanted. */
final class ContentReader {
    private static final Set<OpenFlag> FOLDER = EnumSet.of(OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);

    /** More than any payload of ours has; beyond it the content counts as different. */
    private static final int MOST_PATHS = 100_000;

    private final FileCalls files;
    private final SafeFiles safeFiles;

    ContentReader(FileCalls files) {
        this.files = files;
        this.safeFiles = new SafeFiles(files);
    }

    /**
     * Reads a volume and compares it.
     *
     * @param root the volume's root, open for listing
     */
    VolumeContent read(Descriptor root, Payload wanted) throws IOException {
        Map<String, RootEntry> entries = new HashMap<>();
        for (DirectoryEntry entry : list(root)) {
            entries.put(entry.toString(), rootEntry(root, entry));
        }
        Optional<String> folder = dataFolder(entries);
        if (folder.isEmpty()) {
            return new VolumeContent(entries, folder, Set.of(), false);
        }
        Set<String> paths = new HashSet<>();
        try (Descriptor data = files.openEntry(root, DirectoryEntry.named(folder.get()), FOLDER)) {
            collect(data, "", paths);
            return new VolumeContent(entries, folder, paths, current(data, wanted, paths));
        }
    }

    private RootEntry rootEntry(Descriptor root, DirectoryEntry entry) throws IOException {
        return switch (type(root, entry)) {
            case DIRECTORY -> new RootEntry.Folder();
            case SYMLINK ->
                    new RootEntry.Link(
                            Files.readSymbolicLink(root.procPath().resolve(entry.toString()))
                                    .toString());
            case REGULAR, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE, UNKNOWN ->
                    new RootEntry.Other();
        };
    }

    /** Only a folder of the writer's own, right in the volume's root, counts. */
    private static Optional<String> dataFolder(Map<String, RootEntry> entries) {
        return entries.get(WritePlan.DATA) instanceof RootEntry.Link(String target)
                        && target.startsWith("..")
                        && target.length() > 2
                        && target.indexOf('/') < 0
                        && entries.get(target) instanceof RootEntry.Folder
                ? Optional.of(target)
                : Optional.empty();
    }

    private void collect(Descriptor folder, String prefix, Set<String> paths) throws IOException {
        for (DirectoryEntry entry : list(folder)) {
            String path = prefix + entry;
            paths.add(path);
            if (paths.size() > MOST_PATHS) {
                return;
            }
            if (type(folder, entry) == FileType.DIRECTORY) {
                try (Descriptor inner = files.openEntry(folder, entry, FOLDER)) {
                    collect(inner, path + "/", paths);
                }
            }
        }
    }

    private boolean current(Descriptor data, Payload wanted, Set<String> paths) throws IOException {
        for (Map.Entry<String, ProjectedFile> file : wanted.files().entrySet()) {
            if (!paths.contains(file.getKey()) || !same(data, file.getKey(), file.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean same(Descriptor data, String path, ProjectedFile wanted) throws IOException {
        try {
            SafeFiles.Content content =
                    safeFiles.read(data.procPath(), path, SafeFiles.Links.NONE, wanted.size());
            return !content.truncated() && wanted.sameContent(content.bytes());
        } catch (FileSystemException | SystemCallException e) {
            // Not a regular file, or not there: whatever it is, it is not the wanted content.
            return false;
        }
    }

    private FileType type(Descriptor folder, DirectoryEntry entry) throws IOException {
        return entry.type() == FileType.UNKNOWN ? files.status(folder, entry).type() : entry.type();
    }

    private List<DirectoryEntry> list(Descriptor folder) throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        for (List<DirectoryEntry> some = files.list(folder);
                !some.isEmpty() && all.size() <= MOST_PATHS;
                some = files.list(folder)) {
            all.addAll(some);
        }
        return all;
    }
}
