package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletAuthorization;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a user may (contract §3.1): asks the API server and remembers the answer for a
 * while.
 */
final class Authorizer {

    private static final int CACHED = 1024;

    private record Question(User user, String verb, String subresource) {}

    private final KubeletAuthorization config;
    private final Optional<ApiRequests> api;
    private final String nodeName;
    private final TtlCache<Question, Boolean> answers;

    Authorizer(
            KubeletAuthorization config, Optional<ApiRequests> api, String nodeName, Ticks ticks) {
        this.config = config;
        this.api = api;
        this.nodeName = nodeName;
        this.answers = new TtlCache<>(CACHED, ticks);
    }

    /**
     * Whether any of the subresources is allowed.
     *
     * @throws IOException when the API server does not answer
     */
    boolean allows(User user, String verb, List<String> subresources)
            throws IOException, InterruptedException {
        if (config.mode() == KubeletAuthorization.Mode.ALWAYS_ALLOW) {
            return true;
        }
        for (String subresource : subresources) {
            if (allows(new Question(user, verb, subresource))) {
                return true;
            }
        }
        return false;
    }

    private boolean allows(Question q) throws IOException, InterruptedException {
        Optional<Boolean> known = answers.get(q);
        if (known.isPresent()) {
            return known.get();
        }
        if (api.isEmpty()) {
            return false;
        }
        SubjectAccessReview review =
                new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(q.user.name())
                        .withUid(q.user.uid())
                        .withGroups(q.user.groups())
                        .withNewResourceAttributes()
                        .withVerb(q.verb)
                        .withVersion("v1")
                        .withResource("nodes")
                        .withSubresource(q.subresource)
                        .withName(nodeName)
                        .endResourceAttributes()
                        .endSpec()
                        .build();
        SubjectAccessReview answer =
                api.get()
                        .create(
                                SubjectAccessReview.class,
                                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                                review);
        boolean allowed = Boolean.TRUE.equals(answer.getStatus().getAllowed());
        answers.put(
                q,
                allowed,
                allowed
                        ? config.webhook().cacheAuthorizedTTL()
                        : config.webhook().cacheUnauthorizedTTL());
        return allowed;
    }
}
