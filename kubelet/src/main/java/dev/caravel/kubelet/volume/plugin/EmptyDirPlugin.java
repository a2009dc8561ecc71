package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.Folders;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.linux.fs.DirectoryTree;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * {@code emptyDir}: an empty folder that lives as long as its pod, on disk, in memory or in huge
 * pages. A marker beside it says that it is complete, so that a restart does not change the files
 * containers have written since.
 */
public final class EmptyDirPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/empty-dir";
    private static final String MARKER = "ready";

    private final VolumePaths paths;
    private final ScratchSpace scratch;
    private final GroupOwnership ownership;
    private final DirectoryTree trees;
    private final LongSupplier allocatableMemory;

    /**
     * @param allocatableMemory bytes of memory that pods may use, 0 when unknown
     */
    public EmptyDirPlugin(
            VolumePaths paths,
            ScratchSpace scratch,
            GroupOwnership ownership,
            DirectoryTree trees,
            LongSupplier allocatableMemory) {
        this.paths = paths;
        this.scratch = scratch;
        this.ownership = ownership;
        this.trees = trees;
        this.allocatableMemory = allocatableMemory;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getEmptyDir() != null;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        String name = request.volume().specName();
        Path folder = paths.volume(request.uid(), NAME, name);
        Path marker = paths.podPlugin(request.uid(), NAME, name).resolve(MARKER);
        EmptyDirVolumeSource source = request.volume().volume().getEmptyDir();
        String medium = Objects.requireNonNullElse(source.getMedium(), "");
        try {
            if (!isComplete(folder, marker, medium)) {
                make(request, folder, medium);
                if (request.group().isPresent()) {
                    ownership.apply(
                            folder,
                            request.group().getAsLong(),
                            false,
                            false,
                            GroupOwnership.Progress.none());
                }
                mark(marker);
            }
            return PreparedVolume.OnHost.steady(folder, false, true);
        } catch (IOException e) {
            throw new VolumeException("emptyDir " + folder + ": " + e.getMessage(), e);
        }
    }

    private boolean isComplete(Path folder, Path marker, String medium) throws IOException {
        if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        return switch (medium) {
            case "" -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
            // After a reboot the marker is there but the memory is gone.
            case "Memory" -> scratch.isInMemory(folder);
            default -> false;
        };
    }

    private void make(VolumeRequest request, Path folder, String medium)
            throws IOException, VolumeException {
        if (medium.isEmpty()) {
            scratch.onDisk(folder);
        } else if (medium.equals("Memory")) {
            scratch.inMemory(
                    folder,
                    EmptyDirSizing.tmpfsBytes(
                            request.pod(),
                            request.volume().volume().getEmptyDir().getSizeLimit(),
                            allocatableMemory.getAsLong()));
        } else if (EmptyDirSizing.isHugePages(medium)) {
            scratch.inHugePages(folder, EmptyDirSizing.pageBytes(medium, request.pod()));
        } else {
            throw new VolumeException("unknown storage medium \"" + medium + "\"");
        }
    }

    private static void mark(Path marker) throws IOException {
        Folders.create(Objects.requireNonNull(marker.getParent()), Folders.PRIVATE);
        try {
            Files.createFile(marker);
        } catch (FileAlreadyExistsException e) {
            // From before a reboot; all that counts is that it is there.
            return;
        }
    }

    @Override
    public void tearDown(String podUid, String specName) throws VolumeException {
        Path folder = paths.volume(podUid, NAME, specName);
        try {
            // The marker first: a half removed folder must not count as complete.
            trees.delete(paths.podPlugin(podUid, NAME, specName));
            scratch.remove(folder);
        } catch (IOException e) {
            throw new VolumeException("removing emptyDir " + folder + ": " + e.getMessage(), e);
        }
    }
}
