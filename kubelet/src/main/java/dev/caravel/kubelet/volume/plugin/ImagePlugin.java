package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;

/**
 * {@code image} (KEP-4639): the content of an image. The image is pulled like those of containers,
 * and the runtime mounts it, so there is nothing to prepare on the host.
 */
public final class ImagePlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/image";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getImage() != null;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) {
        return new PreparedVolume.OfImage();
    }

    /** Nothing to do: the runtime unmounts it with the container. */
    @Override
    public void tearDown(String podUid, String specName) {}
}
