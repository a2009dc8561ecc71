package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;

/** {@code secret}: the keys of a secret as files, in memory. */
public final class SecretPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/secret";

    private final ProjectionSources sources;
    private final ProjectionFolder folder;

    public SecretPlugin(ProjectionSources sources, ProjectionFolder folder) {
        this.sources = sources;
        this.folder = folder;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getSecret() != null;
    }

    @Override
    public boolean follows(PodVolume volume) {
        return true;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        SecretVolumeSource source = request.volume().volume().getSecret();
        return folder.write(
                request,
                NAME,
                ProjectionFolder.Medium.MEMORY,
                sources.secret(
                        request,
                        source.getSecretName(),
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
