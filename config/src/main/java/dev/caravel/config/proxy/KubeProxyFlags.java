package dev.caravel.config.proxy;

import dev.caravel.config.flags.ParsedFlags;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line says and no KubeProxyConfiguration can say.
 *
 * @param config {@code --config}: the KubeProxyConfiguration file
 * @param writeConfigTo {@code --write-config-to}: file the configuration is written to before the
 *     process ends
 * @param cleanup {@code --cleanup}: whether the rules of every mode are removed before the process
 *     ends
 * @param initOnly {@code --init-only}: whether only what needs full privilege is done before the
 *     process ends
 * @param master {@code --master}: API server URL instead of the kubeconfig's; empty means the
 *     kubeconfig's
 */
public record KubeProxyFlags(
        Optional<Path> config,
        Optional<Path> writeConfigTo,
        boolean cleanup,
        boolean initOnly,
        String master) {

    /** The flags of a command line without complaints. */
    static KubeProxyFlags of(ParsedFlags given) {
        return new KubeProxyFlags(
                given.path("config"),
                given.path("write-config-to"),
                given.bool("cleanup"),
                given.bool("init-only"),
                given.text("master", ""));
    }
}
