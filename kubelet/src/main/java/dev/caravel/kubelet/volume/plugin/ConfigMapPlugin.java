package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;

/** {@code configMap}: the keys of a config map as files, on disk. */
public final class ConfigMapPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/configmap";

    private final ProjectionSources sources;
    private final ProjectionFolder folder;

    public ConfigMapPlugin(ProjectionSources sources, ProjectionFolder folder) {
        this.sources = sources;
        this.folder = folder;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getConfigMap() != null;
    }

    @Override
    public boolean follows(PodVolume volume) {
        return true;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        ConfigMapVolumeSource source = request.volume().volume().getConfigMap();
        return folder.write(
                request,
                NAME,
                ProjectionFolder.Medium.DISK,
                sources.configMap(
                        request,
                        source.getName(),
                        source.getItems(),
                        ProjectionSources.mode(source.getDefaultMode()),
                        source.getOptional()),
                sources.objectsDue());
    }

    @Override
    public void tearDown(String podUid, String specName) throws VolumeException {
        folder.remove(podUid, NAME, specName);
    }
}
