package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeSource;
import java.util.Optional;

/** {@code downwardAPI}: fields of the pod as files, in memory. */
public final class DownwardApiPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/downward-api";

    private final ProjectionSources sources;
    private final ProjectionFolder folder;

    public DownwardApiPlugin(ProjectionSources sources, ProjectionFolder folder) {
        this.sources = sources;
        this.folder = folder;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getDownwardAPI() != null;
    }

    @Override
    public boolean follows(PodVolume volume) {
        return true;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        DownwardAPIVolumeSource source = request.volume().volume().getDownwardAPI();
        return folder.write(
                request,
                NAME,
                ProjectionFolder.Medium.MEMORY,
                sources.downward(
                        request,
                        source.getItems(),
                        ProjectionSources.mode(source.getDefaultMode())),
                Optional.empty());
    }

    @Override
    public void tearDown(String podUid, String specName) throws VolumeException {
        folder.remove(podUid, NAME, specName);
    }
}
