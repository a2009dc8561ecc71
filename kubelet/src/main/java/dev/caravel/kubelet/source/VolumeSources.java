package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which kinds of source a volume names; a valid one names exactly one. */
final class VolumeSources {
    private final List<String> names = new ArrayList<>();

    private VolumeSources() {}

    /** The JSON names of all sources that are set. */
    static List<String> of(Volume v) {
        VolumeSources sources = new VolumeSources();
        sources.add("awsElasticBlockStore", v.getAwsElasticBlockStore());
        sources.add("azureDisk", v.getAzureDisk());
        sources.add("azureFile", v.getAzureFile());
        sources.add("cephfs", v.getCephfs());
        sources.add("cinder", v.getCinder());
        sources.add("configMap", v.getConfigMap());
        sources.add("csi", v.getCsi());
        sources.add("downwardAPI", v.getDownwardAPI());
        sources.add("emptyDir", v.getEmptyDir());
        sources.add("ephemeral", v.getEphemeral());
        sources.add("fc", v.getFc());
        sources.add("flexVolume", v.getFlexVolume());
        sources.add("flocker", v.getFlocker());
        sources.add("gcePersistentDisk", v.getGcePersistentDisk());
        sources.add("gitRepo", v.getGitRepo());
        sources.add("glusterfs", v.getGlusterfs());
        sources.add("hostPath", v.getHostPath());
        sources.add("image", v.getImage());
        sources.add("iscsi", v.getIscsi());
        sources.add("nfs", v.getNfs());
        sources.add("persistentVolumeClaim", v.getPersistentVolumeClaim());
        sources.add("photonPersistentDisk", v.getPhotonPersistentDisk());
        sources.add("portworxVolume", v.getPortworxVolume());
        sources.add("projected", v.getProjected());
        sources.add("quobyte", v.getQuobyte());
        sources.add("rbd", v.getRbd());
        sources.add("scaleIO", v.getScaleIO());
        sources.add("secret", v.getSecret());
        sources.add("storageos", v.getStorageos());
        sources.add("vsphereVolume", v.getVsphereVolume());
        return sources.names;
    }

    /** The JSON names of all sources of one projection that are set. */
    static List<String> of(VolumeProjection p) {
        VolumeSources sources = new VolumeSources();
        sources.add("clusterTrustBundle", p.getClusterTrustBundle());
        sources.add("configMap", p.getConfigMap());
        sources.add("downwardAPI", p.getDownwardAPI());
        sources.add("podCertificate", p.getPodCertificate());
        sources.add("secret", p.getSecret());
        sources.add("serviceAccountToken", p.getServiceAccountToken());
        return sources.names;
    }

    private void add(String name, @Nullable Object source) {
        if (source != null) {
            names.add(name);
        }
    }
}
