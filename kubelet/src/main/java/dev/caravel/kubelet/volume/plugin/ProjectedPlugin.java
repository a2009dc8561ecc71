package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.kubelet.volume.projection.ProjectedFile;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code projected}: files from several sources in one folder, in memory. A later source wins where
 * two name the same path. All that is wrong is told at once.
 */
public final class ProjectedPlugin implements VolumePlugin {
    public static final String NAME = "kubernetes.io/projected";

    private final ProjectionSources sources;
    private final CredentialSources credentials;
    private final ProjectionFolder folder;
    private final PodTokens tokens;

    public ProjectedPlugin(
            ProjectionSources sources,
            CredentialSources credentials,
            ProjectionFolder folder,
            PodTokens tokens) {
        this.sources = sources;
        this.credentials = credentials;
        this.folder = folder;
        this.tokens = tokens;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PodVolume volume) {
        return volume.claimed().isEmpty() && volume.volume().getProjected() != null;
    }

    @Override
    public boolean follows(PodVolume volume) {
        return true;
    }

    @Override
    public PreparedVolume prepare(VolumeRequest request) throws VolumeException {
        ProjectedVolumeSource projected = request.volume().volume().getProjected();
        int defaultMode = ProjectionSources.mode(projected.getDefaultMode());
        Map<String, ProjectedFile> files = new HashMap<>();
        List<Instant> due = new ArrayList<>();
        List<VolumeException> failures = new ArrayList<>();
        for (int i = 0; i < projected.getSources().size(); i++) {
            try {
                Part part = part(request, projected.getSources().get(i), i, defaultMode);
                files.putAll(part.files());
                part.due().ifPresent(due::add);
            } catch (VolumeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw all(failures);
        }
        return folder.write(
                request,
                NAME,
                ProjectionFolder.Medium.MEMORY,
                files,
                due.stream().min(Instant::compareTo));
    }

    /**
     * What one source gives.
     *
     * @param due when it wants to be asked again
     */
    record Part(Map<String, ProjectedFile> files, Optional<Instant> due) {}

    private Part part(VolumeRequest request, VolumeProjection source, int index, int defaultMode)
            throws VolumeException {
        if (source.getSecret() != null) {
            return new Part(
                    sources.secret(
                            request,
                            source.getSecret().getName(),
                            source.getSecret().getItems(),
                            defaultMode,
                            source.getSecret().getOptional()),
                    sources.objectsDue());
        }
        if (source.getConfigMap() != null) {
            return new Part(
                    sources.configMap(
                            request,
                            source.getConfigMap().getName(),
                            source.getConfigMap().getItems(),
                            defaultMode,
                            source.getConfigMap().getOptional()),
                    sources.objectsDue());
        }
        if (source.getDownwardAPI() != null) {
            return new Part(
                    sources.downward(request, source.getDownwardAPI().getItems(), defaultMode),
                    Optional.empty());
        }
        if (source.getServiceAccountToken() != null) {
            return credentials.token(
                    request,
                    source.getServiceAccountToken(),
                    defaultMode,
                    folder.path(request, NAME));
        }
        if (source.getClusterTrustBundle() != null) {
            return credentials.trustBundle(request, source.getClusterTrustBundle(), defaultMode);
        }
        if (source.getPodCertificate() != null) {
            return credentials.podCertificate(
                    request, source.getPodCertificate(), index, defaultMode);
        }
        throw new VolumeException("projected source " + index + " is of an unknown kind");
    }

    private static VolumeException all(List<VolumeException> failures) {
        if (failures.size() == 1) {
            return failures.getFirst();
        }
        List<String> texts = failures.stream().map(e -> String.valueOf(e.getMessage())).toList();
        VolumeException all = new VolumeException("[" + String.join(", ", texts) + "]");
        failures.forEach(all::addSuppressed);
        return all;
    }

    @Override
    public void tearDown(String podUid, String specName) throws VolumeException {
        folder.remove(podUid, NAME, specName);
        tokens.forget(podUid);
    }
}
