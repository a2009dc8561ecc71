package dev.caravel.daemon.zpages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client gets: text, unless its Accept header names a media type together with the kind,
 * group and version of an object.
 *
 * @param mediaType without parameters
 * @param version of the object; empty for text
 */
record ZpageFormat(String mediaType, String version) {
    static final String GROUP = "config.k8s.io";
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String PLAIN = "text/plain";
    static final ZpageFormat TEXT = new ZpageFormat(PLAIN, "");

    /** In the order a wildcard is tried in. */
    static final List<String> MEDIA_TYPES = List.of(JSON, YAML, PLAIN);

    private static final Set<String> VERSIONS = Set.of("v1alpha1", "v1beta1");

    /** One clause of an Accept header. */
    private record Clause(String type, Map<String, String> parameters, double quality) {
        private boolean matches(String mediaType) {
            return type.equals("*/*")
                    || type.equals("*")
                    || type.equals(mediaType)
                    || (type.endsWith("/*")
                            && mediaType.startsWith(type.substring(0, type.length() - 1)));
        }

        /** Exact types go before wildcards of equal quality. */
        private int vagueness() {
            return type.startsWith("*") ? 2 : type.endsWith("/*") ? 1 : 0;
        }
    }

    /**
     * Chooses by an Accept header.
     *
     * @param accept may be empty
     * @param kind of the object this page is
     * @return empty when the client accepts nothing there is
     */
    static Optional<ZpageFormat> choose(String accept, String kind) {
        if (accept.isBlank()) {
            return Optional.of(TEXT);
        }
        for (Clause clause : clauses(accept)) {
            for (String mediaType : MEDIA_TYPES) {
                Optional<ZpageFormat> format =
                        clause.matches(mediaType)
                                ? format(mediaType, clause.parameters, kind)
                                : Optional.empty();
                if (format.isPresent()) {
                    return format;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ZpageFormat> format(
            String mediaType, Map<String, String> parameters, String kind) {
        boolean asksForObject =
                parameters.containsKey("as")
                        || parameters.containsKey("g")
                        || parameters.containsKey("v");
        if (mediaType.equals(PLAIN)) {
            return asksForObject ? Optional.empty() : Optional.of(TEXT);
        }
        String version = parameters.getOrDefault("v", "");
        boolean known =
                kind.equals(parameters.get("as"))
                        && GROUP.equals(parameters.get("g"))
                        && VERSIONS.contains(version);
        return known ? Optional.of(new ZpageFormat(mediaType, version)) : Optional.empty();
    }

    private static List<Clause> clauses(String accept) {
        List<Clause> clauses = new ArrayList<>();
        for (String text : accept.split(",", -1)) {
            String[] parts = text.strip().split(";", -1);
            Map<String, String> parameters = new TreeMap<>();
            for (int i = 1; i < parts.length; i++) {
                String[] pair = parts[i].strip().split("=", 2);
                parameters.put(pair[0], pair.length > 1 ? unquoted(pair[1]) : "");
            }
            if (!parts[0].isBlank()) {
                clauses.add(
                        new Clause(
                                parts[0].strip().toLowerCase(Locale.ROOT),
                                parameters,
                                quality(parameters.getOrDefault("q", "1"))));
            }
        }
        clauses.sort(
                Comparator.comparingDouble(Clause::quality)
                        .reversed()
                        .thenComparingInt(Clause::vagueness));
        return clauses;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 1; // as if none was given
        }
    }
}
