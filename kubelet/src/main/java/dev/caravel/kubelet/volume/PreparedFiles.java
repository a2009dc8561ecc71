package dev.caravel.kubelet.volume;

import dev.caravel.kubelet.env.VolumeFiles;
import dev.caravel.kubelet.pod.PodRef;
import dev.caravel.linux.fs.SafeFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads small files in prepared volumes, wherever the links of a container try to lead. */
public final class PreparedFiles implements VolumeFiles {
    private final PodVolumes volumes;
    private final SafeFiles files;

    public PreparedFiles(PodVolumes volumes, SafeFiles files) {
        this.volumes = volumes;
        this.files = files;
    }

    @Override
    public Optional<byte[]> read(PodRef pod, String volume, String path, int maxBytes)
            throws IOException {
        Optional<PreparedVolume> prepared = volumes.prepared(pod.uid(), volume);
        if (prepared.isPresent() && prepared.get() instanceof PreparedVolume.OnHost host) {
            return Optional.of(bounded(host.path(), path, maxBytes));
        }
        return Optional.empty();
    }

    private byte[] bounded(Path root, String path, int maxBytes) throws IOException {
        SafeFiles.Content content = files.read(root, path, SafeFiles.Links.INSIDE, maxBytes);
        if (content.truncated()) {
            throw new IOException(path + " is larger than " + maxBytes + " bytes");
        }
        return content.bytes();
    }
}
