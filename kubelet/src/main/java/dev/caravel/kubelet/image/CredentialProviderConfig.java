package dev.caravel.kubelet.image;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which plugins give registry credentials, and when (contract 6.5).
 *
 * @param providers in the order they are asked
 */
public record CredentialProviderConfig(List<PluginConfig> providers) {
    public CredentialProviderConfig {
        providers = List.copyOf(providers);
    }

    /**
     * One plugin.
     *
     * @param name of its executable in the plugin directory
     * @param matchImages registries and repositories it is for, see {@link RegistryPattern}
     * @param defaultCacheDuration how long to keep an answer that does not say
     * @param apiVersion of requests and answers
     * @param args of its command line
     * @param env added to the kubelet's own environment
     * @param tokenAttributes present when it wants service account tokens
     */
    public record PluginConfig(
            String name,
            List<String> matchImages,
            Duration defaultCacheDuration,
            String apiVersion,
            List<String> args,
            Map<String, String> env,
            Optional<TokenAttributes> tokenAttributes) {
        public PluginConfig {
            matchImages = List.copyOf(matchImages);
            args = List.copyOf(args);
            env = Map.copyOf(env);
        }
    }

    /**
     * What a plugin is told about the pod's service account.
     *
     * @param audience of the token
     * @param requireServiceAccount whether pods without one get nothing from the plugin
     * @param requiredAnnotations keys without which the plugin is not asked
     * @param optionalAnnotations keys passed on when there
     * @param cacheByToken whether an answer is good for one token only, else for the account
     */
    public record TokenAttributes(
            String audience,
            boolean requireServiceAccount,
            List<String> requiredAnnotations,
            List<String> optionalAnnotations,
            boolean cacheByToken) {
        public TokenAttributes {
            requiredAnnotations = List.copyOf(requiredAnnotations);
            optionalAnnotations = List.copyOf(optionalAnnotations);
        }
    }
}
