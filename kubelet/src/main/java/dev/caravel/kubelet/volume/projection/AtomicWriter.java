package dev.caravel.kubelet.volume.projection;

import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.projection.WriteStep.ApplyGroup;
import dev.caravel.kubelet.volume.projection.WriteStep.CreateDataFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.CreateFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.PrepareLink;
import dev.caravel.kubelet.volume.projection.WriteStep.Publish;
import dev.caravel.kubelet.volume.projection.WriteStep.RemoveDataFolder;
import dev.caravel.kubelet.volume.projection.WriteStep.RemoveLink;
import dev.caravel.kubelet.volume.projection.WriteStep.Show;
import dev.caravel.kubelet.volume.projection.WriteStep.WriteFile;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.sys.Descriptor;
import dev.caravel.linux.sys.DirectoryEntry;
import dev.caravel.linux.sys.FileCalls;
import dev.caravel.linux.sys.OpenFlag;
import dev.caravel.linux.sys.Resolve;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the payload of a projected volume so that a container sees all of the old files or all of
 * the new ones: into a fresh folder, shown by renaming one link (kubelet.md §7.2). All work starts
 * from the open folder of the volume, so no link planted in it leads elsewhere.
 */
public final class AtomicWriter {
    private static final Logger log = LoggerFactory.getLogger(AtomicWriter.class);
    private static final DateTimeFormatter FOLDER_NAME =
            DateTimeFormatter.ofPattern("'..'uuuu_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);
    private static final int FOLDER_MODE = 0755;
    private static final Set<OpenFlag> FOLDER = EnumSet.of(OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final Set<OpenFlag> REFERENCE = EnumSet.of(OpenFlag.PATH);
    private static final Set<Resolve> STRICT = EnumSet.of(Resolve.NO_SYMLINKS, Resolve.BENEATH);

    private final FileCalls files;
    private final DirectoryTree trees;
    private final ContentReader reader;
    private final GroupOwnership ownership;
    private final Clock clock;
    private final RandomGenerator random;

    public AtomicWriter(
            FileCalls files,
            DirectoryTree trees,
            GroupOwnership ownership,
            Clock clock,
            RandomGenerator random) {
        this.files = files;
        this.trees = trees;
        this.reader = new ContentReader(files);
        this.ownership = ownership;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a volume hold exactly a payload.
     *
     * @param volume its root, which exists
     * @param group the pod's {@code fsGroup}
     * @return whether anything had to be done
     */
    public boolean write(Path volume, Payload payload, OptionalLong group) throws VolumeException {
        return write(volume, payload, group, _ -> true);
    }

    /** Stops before the first step that {@code goOn} refuses, as a crash would. */
    boolean write(Path volume, Payload payload, OptionalLong group, Predicate<WriteStep> goOn)
            throws VolumeException {
        try (Descriptor root = files.open(volume, FOLDER, 0)) {
            VolumeContent now = reader.read(root, payload);
            List<WriteStep> steps = WritePlan.of(payload, now, newFolderName());
            for (WriteStep step : steps) {
                if (!goOn.test(step)) {
                    break;
                }
                run(root, step, group);
            }
            if (!steps.isEmpty()) {
                log.debug("Wrote {} files to {}", payload.files().size(), volume);
            }
            return !steps.isEmpty();
        } catch (IOException e) {
            throw new VolumeException("writing files to " + volume + ": " + e.getMessage(), e);
        } catch (InvalidPathException e) {
            throw new VolumeException(
                    "a file name cannot be written in the character set of this process: "
                            + e.getMessage(),
                    e);
        }
    }

    private void run(Descriptor root, WriteStep step, OptionalLong group) throws IOException {
        switch (step) {
            case CreateDataFolder(String folder) -> makeFolder(root, folder);
            case CreateFolder(String folder, String path) -> {
                try (Descriptor parent = openFolder(root, parentOf(folder + "/" + path))) {
                    makeFolder(parent, nameOf(path));
                }
            }
            case WriteFile(String folder, String path, ProjectedFile file) -> {
                try (Descriptor parent = openFolder(root, parentOf(folder + "/" + path))) {
                    writeFile(parent, nameOf(path), file);
                }
            }
            case ApplyGroup(String folder) -> {
                if (group.isPresent()) {
                    applyGroup(root, folder, group.getAsLong());
                }
            }
            case PrepareLink(String folder) ->
                    Files.createSymbolicLink(
                            root.procPath().resolve(WritePlan.NEXT_DATA), Path.of(folder));
            case Publish() ->
                    Files.move(
                            root.procPath().resolve(WritePlan.NEXT_DATA),
                            root.procPath().resolve(WritePlan.DATA),
                            StandardCopyOption.ATOMIC_MOVE);
            case Show(String name, OptionalLong owner) -> {
                Files.createSymbolicLink(
                        root.procPath().resolve(name), Path.of(WritePlan.visibleTarget(name)));
                if (owner.isPresent()) {
                    files.changeOwner(root, DirectoryEntry.named(name), owner.getAsLong(), -1);
                }
            }
            case RemoveLink(String name) -> files.removeFile(root, DirectoryEntry.named(name));
            case RemoveDataFolder(String folder) -> trees.delete(root.procPath().resolve(folder));
        }
    }

    private void makeFolder(Descriptor parent, String name) throws IOException {
        files.makeFolder(parent, name, FOLDER_MODE);
        try (Descriptor made = files.openEntry(parent, DirectoryEntry.named(name), REFERENCE)) {
            // The umask may have cut it.
            files.changeMode(made, FOLDER_MODE);
        }
    }

    private void writeFile(Descriptor parent, String name, ProjectedFile file) throws IOException {
        Path path = parent.procPath().resolve(name);
        // Closed to others until its owner and mode are right: it may be a secret.
        try (FileChannel out =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(file.bytes());
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        }
        try (Descriptor written = files.openEntry(parent, DirectoryEntry.named(name), REFERENCE)) {
            if (file.owner().isPresent()) {
                files.changeOwner(written, file.owner().getAsLong(), -1);
            }
            files.changeMode(written, file.mode());
        }
    }

    /** The root too: the group must be able to enter it. Its other folders belong to others. */
    private void applyGroup(Descriptor root, String folder, long group) throws IOException {
        ownership.apply(
                root.procPath().resolve(folder),
                group,
                true,
                false,
                GroupOwnership.Progress.none());
        files.changeOwner(root, -1, group);
        files.changeMode(root, GroupOwnership.mode(files.status(root), true));
    }

    private Descriptor openFolder(Descriptor root, String path) throws IOException {
        return files.openBelow(root, path, FOLDER, 0, STRICT);
    }

    private String newFolderName() {
        return FOLDER_NAME.format(clock.instant()) + random.nextLong(1_000_000_000L);
    }

    private static String parentOf(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
