package dev.caravel.kubelet.image;

import dev.caravel.cri.RuntimeCallException;
import java.util.List;
import java.util.Locale;

/** What the runtime said when a pull failed, in the words of upstream's events and statuses. */
final class PullErrors {
    private static final String UNAVAILABLE = "RegistryUnavailable";
    private static final String BAD_SIGNATURE = "SignatureValidationFailed";

    private PullErrors() {}

    /** The waiting reason of a container and its message. */
    record Explained(String reason, String message) {}

    /** The runtime may start its message with a reason of its own (CRI errors package). */
    static Explained explain(String image, String error) {
        if (error.startsWith(UNAVAILABLE)) {
            return new Explained(
                    UNAVAILABLE,
                    "image pull failed for "
                            + image
                            + " because the registry is unavailable"
                            + error.substring(UNAVAILABLE.length()));
        }
        if (error.startsWith(BAD_SIGNATURE)) {
            return new Explained(
                    BAD_SIGNATURE,
                    "image pull failed for "
                            + image
                            + " because the signature validation failed"
                            + error.substring(BAD_SIGNATURE.length()));
        }
        return new Explained("ErrImagePull", error);
    }

    /** As gRPC for Go prints it; a code that says nothing is left out. */
    static String text(RuntimeCallException e) {
        return e.code() == RuntimeCallException.Code.UNKNOWN
                ? e.detail()
                : "rpc error: code = " + goName(e.code()) + " desc = " + e.detail();
    }

    /** Several failures as one, each once. */
    static String joined(List<String> errors) {
        List<String> distinct = errors.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]";
    }

    private static String goName(RuntimeCallException.Code code) {
        if (code == RuntimeCallException.Code.CANCELLED) {
            return "Canceled";
        }
        StringBuilder name = new StringBuilder();
        for (String word : code.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return name.toString();
    }
}
