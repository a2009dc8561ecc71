package dev.caravel.kubelet.image;

import dev.caravel.config.kubelet.ImagePullCredentialsVerificationPolicy;
import dev.caravel.kubelet.image.PullRecord.Access;
import dev.caravel.kubelet.image.PullRecord.Account;
import dev.caravel.kubelet.image.PullRecord.Secret;
import java.util.List;
import java.util.Optional;

/** Whether a pod may use an image that is on the node already (KEP-2535). Pure. */
final class PullAccess {
    /** So that a record cannot grow without end from being read. */
    private static final int MAX_SECRETS = 100;

    private PullAccess() {}

    /** What a look at the record came to. */
    sealed interface Verdict {
        /** The pod may, and {@code learned} is to be added to the record if present. */
        record MayUse(Optional<Access> learned) implements Verdict {}

        /** The pod has to show the registry its credentials. */
        record MustPull() implements Verdict {}
    }

    /** Whether the policy wants a look at all. */
    static boolean isVerified(
            ImagePullCredentialsVerificationPolicy policy,
            List<String> allowlist,
            String image,
            boolean pulledByKubelet) {
        return switch (policy) {
            case NEVER_VERIFY -> false;
            case NEVER_VERIFY_PRELOADED_IMAGES -> pulledByKubelet;
            case NEVER_VERIFY_ALLOWLISTED_IMAGES -> !isAllowed(allowlist, image);
            case ALWAYS_VERIFY -> true;
        };
    }

    /**
     * Whether credentials are needed to answer: not when nobody or everybody may.
     *
     * @param known who may use the image by the name the pod calls it
     */
    static Optional<Verdict> withoutCredentials(Optional<Access> known) {
        if (known.isEmpty()) {
            return Optional.of(new Verdict.MustPull());
        }
        if (known.get().allPods()) {
            return Optional.of(new Verdict.MayUse(Optional.empty()));
        }
        boolean nobody = known.get().secrets().isEmpty() && known.get().accounts().isEmpty();
        return nobody ? Optional.of(new Verdict.MustPull()) : Optional.empty();
    }

    /** A pod may when it has a secret of the same content or name, or the same account. */
    static Verdict withCredentials(Access known, List<Credential> credentials) {
        for (Credential credential : credentials) {
            if (credential.source() instanceof CredentialSource.PullSecret source) {
                Optional<Verdict> verdict =
                        bySecret(known, Access.secret(source, credential.hash()));
                if (verdict.isPresent()) {
                    return verdict.get();
                }
            }
        }
        Optional<Account> account =
                credentials.stream()
                        .map(Credential::source)
                        .filter(CredentialSource.Account.class::isInstance)
                        .map(CredentialSource.Account.class::cast)
                        .map(a -> new Account(a.uid(), a.namespace(), a.name()))
                        .findFirst();
        return account.isPresent() && known.accounts().contains(account.get())
                ? new Verdict.MayUse(Optional.empty())
                : new Verdict.MustPull();
    }

    private static Optional<Verdict> bySecret(Access known, Secret own) {
        boolean room = known.secrets().size() < MAX_SECRETS;
        Optional<Access> learned = Optional.of(new Access(false, List.of(own), List.of()));
        for (Secret recorded : known.secrets()) {
            boolean sameContent = !recorded.hash().isEmpty() && recorded.hash().equals(own.hash());
            boolean sameObject = recorded.isSameObject(own);
            if (sameContent) {
                boolean nothingNew = sameObject || !room;
                return Optional.of(new Verdict.MayUse(nothingNew ? Optional.empty() : learned));
            }
            if (sameObject && room) {
                return Optional.of(new Verdict.MayUse(learned));
            }
        }
        return Optional.empty();
    }

    /** Patterns are names, or prefixes that end in a slash and a star. */
    private static boolean isAllowed(List<String> allowlist, String name) {
        return allowlist.stream()
                .anyMatch(pattern ->
                        pattern.endsWith("/*")
                                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                                : name.equals(pattern));
    }
}
