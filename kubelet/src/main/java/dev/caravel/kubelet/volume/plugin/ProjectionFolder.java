package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.NestedMountPoints;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.kubelet.volume.projection.AtomicWriter;
import dev.caravel.kubelet.volume.projection.Payload;
import dev.caravel.kubelet.volume.projection.ProjectedFile;
import dev.caravel.linux.mount.SubPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The folder behind config map, secret, downward API and projected volumes: in memory where its
 * files may be secret, written atomically, read-only for containers.
 */
public final class ProjectionFolder {
    private static final int NESTED_MODE = 0755;

    private final VolumePaths paths;
    private final ScratchSpace scratch;
    private final AtomicWriter writer;
    private final SubPaths subPaths;
    private final LongSupplier allocatableMemory;

    /**
     * @param allocatableMemory bytes of memory that pods may use, 0 when unknown
     */
    public ProjectionFolder(
            VolumePaths paths,
            ScratchSpace scratch,
            AtomicWriter writer,
            SubPaths subPaths,
            LongSupplier allocatableMemory) {
        this.paths = paths;
        this.scratch = scratch;
        this.writer = writer;
        this.subPaths = subPaths;
        this.allocatableMemory = allocatableMemory;
    }

    /** Where it keeps its files. */
    enum Medium {
        DISK,
        MEMORY
    }

    /**
     * Makes the folder hold the files, or leaves it alone if it does.
     *
     * @param refreshAt when the files are due even if nobody announces a change
     */
    PreparedVolume write(
            VolumeRequest request,
            String plugin,
            Medium medium,
            Map<String, ProjectedFile> files,
            Optional<Instant> refreshAt)
            throws VolumeException {
        Payload payload = Payload.of(files);
        Path folder = path(request, plugin);
        try {
            switch (medium) {
                case DISK -> scratch.onDisk(folder);
                case MEMORY ->
                        scratch.inMemory(
                                folder,
                                EmptyDirSizing.tmpfsBytes(
                                        request.pod(), null, allocatableMemory.getAsLong()));
            }
            if (request.first()) {
                String name = request.volume().name();
                for (String nested : NestedMountPoints.within(name, request.pod())) {
                    subPaths.createFolders(folder, nested, NESTED_MODE);
                }
            }
        } catch (IOException e) {
            throw new VolumeException("folder " + folder + ": " + e.getMessage(), e);
        }
        writer.write(folder, payload, request.group());
        return new PreparedVolume.OnHost(folder, true, true, refreshAt);
    }

    Path path(VolumeRequest request, String plugin) {
        return paths.volume(request.uid(), plugin, request.volume().specName());
    }

    void remove(String podUid, String plugin, String specName) throws VolumeException {
        Path folder = paths.volume(podUid, plugin, specName);
        try {
            scratch.remove(folder);
        } catch (IOException e) {
            throw new VolumeException("removing " + folder + ": " + e.getMessage(), e);
        }
    }
}
