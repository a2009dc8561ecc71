package dev.caravel.kubelet.volume.plugin;

import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.PodCredentials;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.objects.TrustAnchors;
import dev.caravel.kubelet.volume.FileOwner;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import dev.caravel.kubelet.volume.plugin.ProjectedPlugin.Part;
import dev.caravel.kubelet.volume.projection.ProjectedFile;
import dev.caravel.linux.fs.SafeFiles;
import io.fabric8.kubernetes.api.model.ClusterTrustBundleProjection;
import io.fabric8.kubernetes.api.model.PodCertificateProjection;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Tokens, trust anchors and certificates as files; only the pod's user or group can read them. */
public final class CredentialSources {
    /** API default of {@code expirationSeconds}. */
    private static final long DEFAULT_LIFE_SECONDS = 3600;

    private static final int OWNER_ONLY = 0600;
    private static final int LARGEST_TOKEN = 64 * 1024;

    private final PodTokens tokens;
    private final TrustAnchors anchors;
    private final PodCredentials certificates;
    private final SafeFiles files;

    public CredentialSources(
            PodTokens tokens, TrustAnchors anchors, PodCredentials certificates, SafeFiles files) {
        this.tokens = tokens;
        this.anchors = anchors;
        this.certificates = certificates;
        this.files = files;
    }

    Part token(
            VolumeRequest request,
            ServiceAccountTokenProjection source,
            int defaultMode,
            Path folder)
            throws VolumeException {
        String account =
                Objects.requireNonNullElse(
                        request.pod().getSpec().getServiceAccountName(), "default");
        List<String> audiences =
                source.getAudience() == null || source.getAudience().isEmpty()
                        ? List.of()
                        : List.of(source.getAudience());
        Duration life =
                Duration.ofSeconds(
                        Objects.requireNonNullElse(
                                source.getExpirationSeconds(), DEFAULT_LIFE_SECONDS));
        if (request.first()) {
            tokenOnDisk(folder, source.getPath())
                    .ifPresent(t -> tokens.adopt(request.ref(), account, audiences, life, t));
        }
        try {
            PodTokens.PodToken token = tokens.podToken(request.ref(), account, audiences, life);
            return new Part(
                    Map.of(source.getPath(), file(request, token.value(), defaultMode)),
                    Optional.of(token.refreshAt()));
        } catch (ObjectUnavailableException e) {
            throw unavailable(e);
        }
    }

    /** The token an earlier process of the kubelet left in the volume. */
    private Optional<String> tokenOnDisk(Path folder, String path) {
        try {
            SafeFiles.Content content =
                    files.read(folder, path, SafeFiles.Links.INSIDE, LARGEST_TOKEN);
            return content.truncated() ? Optional.empty() : Optional.of(content.text());
        } catch (IOException | IllegalArgumentException e) {
            // None there, as in every new volume: a token is asked for.
            return Optional.empty();
        }
    }

    Part trustBundle(VolumeRequest request, ClusterTrustBundleProjection source, int defaultMode)
            throws VolumeException {
        boolean optional = Boolean.TRUE.equals(source.getOptional());
        try {
            String text;
            if (source.getName() != null) {
                text = anchors.byName(source.getName(), optional);
            } else if (source.getSignerName() != null) {
                text =
                        anchors.bySigner(
                                source.getSignerName(), source.getLabelSelector(), optional);
            } else {
                throw new VolumeException(
                        "ClusterTrustBundle projection requires either name or signerName to be"
                                + " set");
            }
            return new Part(
                    Map.of(source.getPath(), file(request, text, defaultMode)), Optional.empty());
        } catch (ObjectUnavailableException e) {
            throw unavailable(e);
        }
    }

    Part podCertificate(
            VolumeRequest request, PodCertificateProjection source, int index, int defaultMode)
            throws VolumeException {
        try {
            PodCredentials.Credential issued =
                    certificates.credential(request.ref(), request.volume().name(), index);
            Map<String, ProjectedFile> parts = new HashMap<>();
            put(
                    parts,
                    source.getCredentialBundlePath(),
                    file(request, issued.privateKey() + issued.certificates(), defaultMode));
            put(parts, source.getKeyPath(), file(request, issued.privateKey(), defaultMode));
            put(
                    parts,
                    source.getCertificateChainPath(),
                    file(request, issued.certificates(), defaultMode));
            return new Part(parts, Optional.empty());
        } catch (ObjectUnavailableException e) {
            throw unavailable(e);
        }
    }

    private static void put(
            Map<String, ProjectedFile> parts, @Nullable String path, ProjectedFile file) {
        if (path != null && !path.isEmpty()) {
            parts.put(path, file);
        }
    }

    /** With a user or group of its own the file is closed to all others; fsGroup adds 0040. */
    private static ProjectedFile file(VolumeRequest request, String text, int defaultMode) {
        OptionalLong user = FileOwner.user(request.pod());
        boolean closed = user.isPresent() || request.group().isPresent();
        return ProjectedFile.of(text, closed ? OWNER_ONLY : defaultMode).ownedBy(user);
    }

    private static VolumeException unavailable(ObjectUnavailableException e) {
        return new VolumeException(String.valueOf(e.getMessage()), e);
    }
}
