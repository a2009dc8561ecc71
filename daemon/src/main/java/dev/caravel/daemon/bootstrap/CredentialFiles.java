package dev.caravel.daemon.bootstrap;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node's credentials are.
 *
 * @param kubeconfig {@code --kubeconfig}, kubelet.conf
 * @param bootstrapKubeconfig {@code --bootstrap-kubeconfig}
 * @param certificates {@code --cert-dir}
 */
public record CredentialFiles(
        Path kubeconfig, Optional<Path> bootstrapKubeconfig, Path certificates) {}
