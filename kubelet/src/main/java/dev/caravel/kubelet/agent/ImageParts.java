package dev.caravel.kubelet.agent;

import dev.caravel.config.gates.Gate;
import dev.caravel.config.kubelet.ImagePullCredentialsVerificationPolicy;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.config.kubelet.KubeletFlags;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.image.CredentialProviderConfigs;
import dev.caravel.kubelet.image.CredentialProviders;
import dev.caravel.kubelet.image.ImagePullSettings;
import dev.caravel.kubelet.image.ImagePuller;
import dev.caravel.kubelet.image.NodeKeyring;
import dev.caravel.kubelet.image.PulledImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Image pulling put together from the configuration. */
final class ImageParts {

    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);

    private ImageParts() {}

    static ImagePuller puller(
            PodParts.Ways ways, VolumeParts volumes, EventSink events, Ticks ticks)
            throws IOException {
        KubeletConfiguration config = ways.config();
        KubeletFlags flags = ways.settings().flags();
        ImagePullSettings settings =
                new ImagePullSettings(
                        config.serializeImagePulls()
                                ? OptionalInt.of(1)
                                : config.maxParallelImagePulls(),
                        config.registryPullQPS(),
                        config.registryBurst(),
                        FIRST_BACK_OFF,
                        MAX_BACK_OFF,
                        ways.settings().gates().enabled(Gate.KubeletEnsureSecretPulledImages),
                        config.imagePullCredentialsVerificationPolicy()
                                .orElse(ImagePullCredentialsVerificationPolicy.NEVER_VERIFY),
                        config.preloadedImagesVerificationAllowlist());
        PulledImages pulled = new PulledImages(settings, flags.rootDir(), ticks);
        pulled.recover(ways.images());
        return new ImagePuller(
                ways.images(),
                volumes.objects(),
                NodeKeyring.of(
                        flags.rootDir(),
                        Path.of(""),
                        Path.of(System.getProperty("user.home", "/"))),
                providers(flags, volumes, ticks),
                pulled,
                events,
                settings,
                ticks);
    }

    private static CredentialProviders providers(
            KubeletFlags flags, VolumeParts volumes, Ticks ticks) throws IOException {
        if (flags.imageCredentialProviderConfig().isEmpty() || volumes.accounts().isEmpty()) {
            return CredentialProviders.none();
        }
        return CredentialProviders.of(
                CredentialProviderConfigs.read(flags.imageCredentialProviderConfig().get()),
                flags.imageCredentialProviderBinDir().orElse(Path.of("/")),
                volumes.accounts().get(),
                ticks);
    }
}
