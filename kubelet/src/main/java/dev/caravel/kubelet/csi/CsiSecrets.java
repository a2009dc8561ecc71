package dev.caravel.kubelet.csi;

import dev.caravel.kubelet.objects.ConfigObjects;
import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumeRequest;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Secrets and tokens that go to drivers with a call. */
final class CsiSecrets {
    private static final String TOKENS = "csi.storage.k8s.io/serviceAccount.tokens";

    private final ConfigObjects objects;
    private final PodTokens tokens;

    CsiSecrets(ConfigObjects objects, PodTokens tokens) {
        this.objects = objects;
        this.tokens = tokens;
    }

    /**
     * The texts of a secret.
     *
     * @param field that names it, for the message
     */
    Map<String, String> read(Optional<CsiVolume.Reference> reference, String field)
            throws VolumeException {
        if (reference.isEmpty()) {
            return Map.of();
        }
        String namespace = reference.get().namespace();
        String name = reference.get().name();
        try {
            Secret secret =
                    objects.secret(namespace, name)
                            .orElseThrow(() ->
                                    new VolumeException(
                                            failed(field, namespace, name)
                                                    + "secret \""
                                                    + name
                                                    + "\" not found"));
            return decoded(secret);
        } catch (ObjectUnavailableException | IllegalArgumentException e) {
            throw new VolumeException(failed(field, namespace, name) + e.getMessage(), e);
        }
    }

    private static String failed(String field, String namespace, String name) {
        return "fetching " + field + " " + namespace + "/" + name + " failed: ";
    }

    private static Map<String, String> decoded(Secret secret) {
        Map<String, String> texts = new TreeMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, base64) ->
                            texts.put(
                                    key,
                                    new String(
                                            Base64.getDecoder().decode(base64),
                                            StandardCharsets.UTF_8)));
        }
        return texts;
    }

    /**
     * Tokens as a driver gets them.
     *
     * @param attributes empty when it wants none
     * @param due when the first of them is due for a new one
     */
    record Tokens(Map<String, String> attributes, Optional<Instant> due) {
        @Override
        public String toString() {
            return "Tokens[due=" + due + "]";
        }
    }

    /** One token of the JSON the driver reads; the names are its keys. */
    private record Issued(String token, String expirationTimestamp) {
        @Override
        public String toString() {
            return "Issued[" + expirationTimestamp + "]";
        }
    }

    Tokens tokens(VolumeRequest request, CsiDriverSpec spec) throws VolumeException {
        if (spec.tokens().isEmpty()) {
            return new Tokens(Map.of(), Optional.empty());
        }
        String account =
                Objects.requireNonNullElse(
                        request.pod().getSpec().getServiceAccountName(), "default");
        Map<String, Issued> issued = new TreeMap<>();
        Optional<Instant> due = Optional.empty();
        for (CsiDriverSpec.TokenWish wish : spec.tokens()) {
            List<String> audiences =
                    wish.audience().isEmpty() ? List.of() : List.of(wish.audience());
            try {
                PodTokens.PodToken token =
                        tokens.podToken(request.ref(), account, audiences, wish.lifetime());
                issued.put(
                        wish.audience(),
                        new Issued(
                                token.value(),
                                token.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString()));
                if (due.isEmpty() || token.refreshAt().isBefore(due.get())) {
                    due = Optional.of(token.refreshAt());
                }
            } catch (ObjectUnavailableException e) {
                throw new VolumeException(String.valueOf(e.getMessage()), e);
            }
        }
        return new Tokens(Map.of(TOKENS, JsonMapper.shared().writeValueAsString(issued)), due);
    }
}
