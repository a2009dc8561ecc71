package dev.caravel.kubelet.server;

import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of the API server that answers reviews: token {@code of-NAME} is user NAME, and {@code
 * user verb nodes/subresource} is allowed when listed.
 */
final class FakeReviews implements ApiRequests {
    private final Set<String> allowed = new HashSet<>();
    private final Deque<IOException> failures = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();

    synchronized void allow(String question) {
        allowed.add(question);
    }

    synchronized void failNext(IOException failure) {
        failures.add(failure);
    }

    /** Everything asked so far: tokens, and questions as above. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public synchronized <T> T create(Class<T> type, String path, Object body) throws IOException {
        IOException failure = failures.poll();
        Object answer =
                switch (body) {
                    case TokenReview r -> token(r);
                    case SubjectAccessReview r -> access(r);
                    default -> throw new IllegalArgumentException(path);
                };
        if (failure != null) {
            throw failure;
        }
        return type.cast(answer);
    }

    private TokenReview token(TokenReview r) {
        String token = r.getSpec().getToken();
        asked.add(token);
        boolean known = token.startsWith("of-");
        return new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(known)
                .withNewUser()
                .withUsername(known ? token.substring(3) : "")
                .withUid("u")
                .withGroups("team")
                .endUser()
                .endStatus()
                .build();
    }

    private SubjectAccessReview access(SubjectAccessReview r) {
        var what = r.getSpec().getResourceAttributes();
        String question =
                r.getSpec().getUser()
                        + " "
                        + what.getVerb()
                        + " "
                        + what.getResource()
                        + "/"
                        + what.getSubresource();
        asked.add(question);
        return new SubjectAccessReviewBuilder()
                .withNewStatus()
                .withAllowed(what.getName().equals("n1") && allowed.contains(question))
                .endStatus()
                .build();
    }

    @Override
    public <T> T get(Class<T> type, String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T update(Class<T> type, String path, Object body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T patch(Class<T> type, String path, PatchType patchType, String json) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String path, String optionsJson) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String raw(String path) {
        throw new UnsupportedOperationException();
    }
}
