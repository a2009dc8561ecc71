package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletAuthorization;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a user may (contract §3.1): asks the API server and remembers the answer for a
 * while.
 */
final class Authorizer {

    private static final Logger log = LoggerFactory.getLogger(Authorizer.class);

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static final int CACHED = 1024;

    private record Question(User user, String verb, String subresource) {}

    private final KubeletAuthorization config;
    private final Optional<ReviewCalls> reviews;
    private final String nodeName;
    private final TtlCache<Question, Boolean> answers;

    Authorizer(
            KubeletAuthorization config, Optional<ApiRequests> api, String nodeName, Ticks ticks) {
        this.config = config;
        this.reviews = api.map(a -> new ReviewCalls(a, ticks));
        this.nodeName = nodeName;
        this.answers = new TtlCache<>(CACHED, ticks);
    }

    /** What came out, with the text to answer. */
    sealed interface Decision {
        record Allowed() implements Decision {}

        /** 403. */
        record Denied(String text) implements Decision {}

        /** 500: the API server could not be asked. */
        record Failed(String text) implements Decision {}
    }

    /** Whether any of the subresources is allowed; they are tried in order. */
    Decision decide(User user, String verb, List<String> subresources) throws InterruptedException {
        if (config.mode() == KubeletAuthorization.Mode.ALWAYS_ALLOW) {
            return new Decision.Allowed();
        }
        String who = "(user=" + user.name() + ", verb=" + verb + ", resource=nodes, subresource";
        for (String subresource : subresources) {
            try {
                if (allows(new Question(user, verb, subresource))) {
                    return new Decision.Allowed();
                }
            } catch (IOException e) {
                log.warn(
                        "Asking the API server whether {} may {} nodes/{} failed: {}. The request is refused.",
                        user.name(),
                        verb,
                        subresource,
                        e.getMessage());
                return new Decision.Failed("Authorization error " + who + "=" + subresource + ")");
            }
        }
        return new Decision.Denied(
                "Forbidden " + who + "(s)=[" + String.join(" ", subresources) + "])\n");
    }

    private boolean allows(Question q) throws IOException, InterruptedException {
        Optional<Boolean> known = answers.get(q);
        if (known.isPresent()) {
            return known.get();
        }
        if (reviews.isEmpty()) {
            return false;
        }
        SubjectAccessReview review =
                new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(q.user.name())
                        .withUid(q.user.uid())
                        .withGroups(q.user.groups())
                        .withExtra(q.user.extra())
                        .withNewResourceAttributes()
                        .withVerb(q.verb)
                        .withVersion("v1")
                        .withResource("nodes")
                        .withSubresource(q.subresource)
                        .withName(nodeName)
                        .endResourceAttributes()
                        .endSpec()
                        .build();
        SubjectAccessReview answer = reviews.get().ask(SubjectAccessReview.class, REVIEWS, review);
        boolean allowed =
                answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
        answers.put(
                q,
                allowed,
                allowed
                        ? config.webhook().cacheAuthorizedTTL()
                        : config.webhook().cacheUnauthorizedTTL());
        return allowed;
    }
}
