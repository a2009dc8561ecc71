package dev.caravel.kubelet.image;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who showed which credentials when this kubelet pulled an image (contract 10.1). Immutable.
 *
 * @param imageId the image in the runtime's store
 * @param lastUpdated whole seconds
 * @param access by image name without tag and digest
 */
record PullRecord(String imageId, Instant lastUpdated, Map<String, Access> access) {
    PullRecord {
        access = Map.copyOf(access);
    }

    /**
     * Who may use an image without pulling it.
     *
     * @param allPods everybody on the node; then the lists are empty
     */
    record Access(boolean allPods, List<Secret> secrets, List<Account> accounts) {
        Access {
            secrets = List.copyOf(secrets);
            accounts = List.copyOf(accounts);
        }

        /** The access that pulling with this credential proves; none was needed if empty. */
        static Access of(Optional<Credential> used) {
            if (used.isEmpty()) {
                return everybody();
            }
            Credential credential = used.get();
            return switch (credential.source()) {
                case CredentialSource.Node() -> everybody();
                case CredentialSource.PullSecret s ->
                        new Access(false, List.of(secret(s, credential.hash())), List.of());
                case CredentialSource.Account a ->
                        new Access(
                                false,
                                List.of(),
                                List.of(new Account(a.uid(), a.namespace(), a.name())));
            };
        }

        static Access everybody() {
            return new Access(true, List.of(), List.of());
        }

        static Secret secret(CredentialSource.PullSecret source, String hash) {
            return new Secret(source.uid(), source.namespace(), source.name(), hash);
        }

        private Access plus(Access more) {
            if (allPods || more.allPods()) {
                return everybody();
            }
            List<Secret> allSecrets = new ArrayList<>(secrets);
            for (Secret secret : more.secrets()) {
                allSecrets.removeIf(secret::isSameObject);
                allSecrets.add(secret);
            }
            allSecrets.sort(Secret.ORDER);
            List<Account> allAccounts = new ArrayList<>(accounts);
            more.accounts().stream()
                    .filter(account -> !allAccounts.contains(account))
                    .forEach(allAccounts::add);
            allAccounts.sort(Account.ORDER);
            return new Access(false, allSecrets, allAccounts);
        }
    }

    /** An image pull secret and the hash of what it held. */
    record Secret(String uid, String namespace, String name, String hash) {
        static final Comparator<Secret> ORDER =
                Comparator.comparing(Secret::namespace)
                        .thenComparing(Secret::name)
                        .thenComparing(Secret::uid);

        boolean isSameObject(Secret other) {
            return uid.equals(other.uid)
                    && namespace.equals(other.namespace)
                    && name.equals(other.name);
        }
    }

    /** A service account whose token a plugin was shown. */
    record Account(String uid, String namespace, String name) {
        static final Comparator<Account> ORDER =
                Comparator.comparing(Account::namespace)
                        .thenComparing(Account::name)
                        .thenComparing(Account::uid);
    }

    /** A record that says only that this kubelet pulled the image. */
    static PullRecord of(String imageId, Instant now) {
        return new PullRecord(imageId, now, Map.of());
    }

    /** The record with more access to a name; this one when it says so already. */
    PullRecord with(String name, Access more, Instant now) {
        Access before = access.get(name);
        Access after = before == null ? more : before.plus(more);
        if (after.equals(before)) {
            return this;
        }
        Map<String, Access> all = new HashMap<>(access);
        all.put(name, after);
        return new PullRecord(imageId, now, all);
    }
}
