package dev.caravel.kubelet.image;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.image.CredentialPlugin.Answer;
import dev.caravel.kubelet.image.CredentialPlugin.Question;
import dev.caravel.kubelet.image.CredentialPlugin.Scope;
import dev.caravel.kubelet.image.CredentialProviderConfig.PluginConfig;
import dev.caravel.kubelet.image.CredentialProviderConfig.TokenAttributes;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.ServiceAccounts;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin with its rules and the answers it gave. Pods that ask the same at once run it once. A
 * plugin that fails gives nothing; the image may be public.
 */
final class CredentialProvider {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialProvider.class);

    /** The API server's default for tokens that ask for no lifetime. */
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

    private final PluginConfig provider;
    private final CredentialPlugin plugin;
    private final ServiceAccounts accounts;
    private final Ticks ticks;
    private final SharedCalls<Question, Answer> calls = new SharedCalls<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<CacheKey, Cached> cache = new HashMap<>();

    CredentialProvider(
            PluginConfig provider, CredentialPlugin plugin, ServiceAccounts accounts, Ticks ticks) {
        this.provider = provider;
        this.plugin = plugin;
        this.accounts = accounts;
        this.ticks = ticks;
    }

    private record Cached(DockerConfig config, Instant until) {}

    /** What an answer is good for: some images, for whoever has the same identity. */
    private record CacheKey(String images, Optional<Identity> identity) {}

    /**
     * On whose behalf a plugin is asked.
     *
     * @param token part of the identity only when the plugin's answers are good for one token
     */
    private record Identity(
            CredentialSource.Account account,
            Map<String, String> annotations,
            Optional<String> token) {}

    private record Asker(Identity identity, String token) {}

    /** Credentials for {@code repository}, and whom they are for; empty when it gives none. */
    Optional<Keyring> provide(Pod pod, String repository) throws InterruptedException {
        if (provider.matchImages().stream()
                .noneMatch(pattern -> RegistryPattern.matches(pattern, repository))) {
            return Optional.empty();
        }
        try {
            Optional<Asker> asker = Optional.empty();
            if (provider.tokenAttributes().isPresent()) {
                TokenAttributes attributes = provider.tokenAttributes().get();
                String name = pod.getSpec().getServiceAccountName();
                boolean named = name != null && !name.isEmpty();
                if (named) {
                    asker = asker(pod, name, attributes);
                }
                if (asker.isEmpty() && (named || attributes.requireServiceAccount())) {
                    return Optional.empty();
                }
            }
            DockerConfig config = ask(repository, asker);
            CredentialSource source =
                    asker.<CredentialSource>map(a -> a.identity().account())
                            .orElseGet(CredentialSource.Node::new);
            return Optional.of(new Keyring().add(config, source));
        } catch (IOException | ObjectUnavailableException e) {
            LOG.atWarn()
                    .setMessage("Failed to provide credentials for image; trying without")
                    .addKeyValue("provider", provider.name())
                    .addKeyValue("image", repository)
                    .addKeyValue("pod", PodRef.of(pod))
                    .addKeyValue("err", e.getMessage())
                    .log();
            return Optional.empty();
        }
    }

    /** Empty when the account lacks an annotation by which it would opt in. */
    private Optional<Asker> asker(Pod pod, String name, TokenAttributes attributes)
            throws ObjectUnavailableException {
        PodRef ref = PodRef.of(pod);
        ServiceAccount account =
                accounts.serviceAccount(ref.namespace(), name)
                        .orElseThrow(() ->
                                new ObjectUnavailableException(
                                        "serviceaccount \"" + name + "\" not found"));
        Map<String, String> has =
                account.getMetadata().getAnnotations() == null
                        ? Map.of()
                        : account.getMetadata().getAnnotations();
        if (!has.keySet().containsAll(attributes.requiredAnnotations())) {
            LOG.debug(
                    "Service account {}/{} lacks an annotation that provider {} requires",
                    ref.namespace(),
                    name,
                    provider.name());
            return Optional.empty();
        }
        Map<String, String> shown = new TreeMap<>(has);
        shown.keySet()
                .removeIf(key ->
                        !attributes.requiredAnnotations().contains(key)
                                && !attributes.optionalAnnotations().contains(key));
        String token =
                accounts.token(ref, name, List.of(attributes.audience()), TOKEN_LIFETIME).value();
        Identity identity =
                new Identity(
                        new CredentialSource.Account(
                                account.getMetadata().getUid(), ref.namespace(), name),
                        shown,
                        attributes.cacheByToken() ? Optional.of(token) : Optional.empty());
        return Optional.of(new Asker(identity, token));
    }

    private DockerConfig ask(String repository, Optional<Asker> asker)
            throws IOException, InterruptedException {
        Optional<Identity> identity = asker.map(Asker::identity);
        Optional<DockerConfig> known = cached(repository, identity);
        if (known.isPresent()) {
            return known.get();
        }
        Question question =
                new Question(
                        repository,
                        asker.map(Asker::token),
                        identity.map(Identity::annotations).orElse(Map.of()));
        Answer answer = answer(question);
        refuseEchoedToken(answer, asker);
        Duration keep = answer.cacheDuration().orElse(provider.defaultCacheDuration());
        if (keep.isPositive()) {
            keep(new CacheKey(images(answer.scope(), repository), identity), answer, keep);
        }
        return answer.config();
    }

    private Answer answer(Question question) throws IOException, InterruptedException {
        try {
            return calls.join(
                    question, "credential-plugin/" + provider.name(), () -> plugin.ask(question));
        } catch (ExecutionException e) {
            throw new IOException(
                    "failed to get credential from external registry credential provider: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    private Optional<DockerConfig> cached(String repository, Optional<Identity> identity) {
        Instant now = ticks.now();
        lock.lock();
        try {
            cache.values().removeIf(cached -> now.isAfter(cached.until()));
            for (Scope scope : Scope.values()) {
                Cached cached = cache.get(new CacheKey(images(scope, repository), identity));
                if (cached != null) {
                    return Optional.of(cached.config());
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void keep(CacheKey key, Answer answer, Duration keep) {
        lock.lock();
        try {
            cache.put(key, new Cached(answer.config(), ticks.now().plus(keep)));
        } finally {
            lock.unlock();
        }
    }

    /** A token kept for a whole account would outlive the pod it was issued for. */
    private static void refuseEchoedToken(Answer answer, Optional<Asker> asker) throws IOException {
        boolean echoed =
                asker.isPresent()
                        && asker.get().identity().token().isEmpty()
                        && answer.config().entries().values().stream()
                                .anyMatch(e -> e.password().equals(asker.get().token()));
        if (echoed) {
            throw new IOException(
                    "credential provider plugin returned the service account token as the password"
                            + " which is not allowed when service account cache type is not set to"
                            + " 'Token'");
        }
    }

    private static String images(Scope scope, String repository) {
        return switch (scope) {
            case IMAGE -> repository;
            case REGISTRY -> repository.substring(0, repository.indexOf('/'));
            case GLOBAL -> "<global>";
        };
    }
}
