package dev.caravel.kubelet.image;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.objects.ServiceAccounts;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All credential provider plugins of the node (contract 6.5). */
public final class CredentialProviders {
    private final List<CredentialProvider> providers;

    private CredentialProviders(List<CredentialProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** No plugins. */
    public static CredentialProviders none() {
        return new CredentialProviders(List.of());
    }

    /**
     * The plugins of a configuration.
     *
     * @param directory {@code --image-credential-provider-bin-dir}
     * @throws IOException when a plugin's executable is not there; the kubelet does not start
     */
    public static CredentialProviders of(
            CredentialProviderConfig config, Path directory, ServiceAccounts accounts, Ticks ticks)
            throws IOException {
        List<CredentialProvider> providers = new ArrayList<>();
        for (CredentialProviderConfig.PluginConfig provider : config.providers()) {
            Path executable = directory.resolve(provider.name());
            if (!Files.isExecutable(executable)) {
                throw new IOException("plugin binary executable " + executable + " did not exist");
            }
            providers.add(
                    new CredentialProvider(
                            provider,
                            new ExecCredentialPlugin(provider, directory),
                            accounts,
                            ticks));
        }
        return new CredentialProviders(providers);
    }

    /** Credentials from every plugin that is for this image. */
    List<Credential> lookUp(Pod pod, String repository) throws InterruptedException {
        List<Credential> found = new ArrayList<>();
        for (CredentialProvider provider : providers) {
            provider.provide(pod, repository)
                    .ifPresent(keyring -> found.addAll(keyring.lookUp(repository)));
        }
        return found;
    }
}
