package dev.caravel.kubelet.source;

import java.util.List;
import java.util.stream.Collectors;

/** A manifest cannot be used; the message names file, line and field of each reason. */
final class ManifestException extends Exception {
    private static final long serialVersionUID = 1;

    private ManifestException(String message) {
        super(message);
    }

    /** One reason without a field. */
    static ManifestException of(String message) {
        return new ManifestException(message);
    }

    /** Every field error with the place it was written at. */
    static ManifestException of(ManifestDocument document, List<FieldError> errors) {
        return new ManifestException(
                errors.stream()
                        .map(e -> document.place(e.path()) + ": " + e)
                        .collect(Collectors.joining("; ")));
    }
}
