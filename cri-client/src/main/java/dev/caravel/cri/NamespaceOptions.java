package dev.caravel.cri;

import java.util.Optional;

/**
 * Which namespaces a sandbox or container shares.
 *
 * @param targetId container whose pid namespace is joined, only with {@code pid} TARGET; else empty
 */
public record NamespaceOptions(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        String targetId,
        Optional<UserNamespace> userNamespace) {}
