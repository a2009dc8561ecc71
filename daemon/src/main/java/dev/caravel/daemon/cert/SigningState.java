package dev.caravel.daemon.cert;

import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** What the API server's copy of a signing request says. */
sealed interface SigningState {
    /** Not approved, or approved and not yet signed. */
    record Pending() implements SigningState {}

    /** Signed. */
    record Issued(String pem) implements SigningState {}

    /** Denied, failed or replaced; asking again about this one is no use. */
    record Refused(String why) implements SigningState {}

    /**
     * Reads the state of {@code request}.
     *
     * @param uid of the request we made; another one of the same name is not ours
     */
    static SigningState of(CertificateSigningRequest request, String uid) {
        if (!uid.equals(request.getMetadata().getUid())) {
            return new Refused("it was replaced by another one");
        }
        var status = request.getStatus();
        if (status == null) {
            return new Pending();
        }
        boolean approved = false;
        for (var condition : status.getConditions()) {
            String type = condition.getType();
            if (type.equals("Denied") || type.equals("Failed")) {
                return new Refused(
                        "it was %s, reason: %s, message: %s"
                                .formatted(
                                        type.toLowerCase(Locale.ROOT),
                                        condition.getReason(),
                                        condition.getMessage()));
            }
            approved |= type.equals("Approved");
        }
        Optional<String> certificate =
                Optional.ofNullable(status.getCertificate()).filter(text -> !text.isEmpty());
        if (!approved || certificate.isEmpty()) {
            return new Pending();
        }
        try {
            return new Issued(
                    new String(
                            Base64.getDecoder().decode(certificate.get()),
                            StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return new Refused("its certificate is not base64");
        }
    }
}
