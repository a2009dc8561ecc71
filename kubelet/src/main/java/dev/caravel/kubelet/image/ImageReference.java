package dev.caravel.kubelet.image;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image name as registries understand it (grammar of distribution/reference).
 *
 * @param text as the pod wrote it
 * @param repository with its registry, e.g. {@code docker.io/library/busybox}
 * @param tag if written
 * @param digest if written, e.g. {@code sha256:…}
 */
record ImageReference(
        String text, String repository, Optional<String> tag, Optional<String> digest) {
    private static final int MAX_TEXT = 4096;
    private static final int MAX_PATH = 255;

    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

    private static final String LABEL = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)";
    private static final String HOST =
            "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern REFERENCE =
            Pattern.compile(
                    "(?<host>"
                            + HOST
                            + ")/(?<path>"
                            + COMPONENT
                            + "(?:/"
                            + COMPONENT
                            + ")*)(?::(?<tag>[\\w][\\w.-]{0,127}))?"
                            + "(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*"
                            + ":[0-9a-fA-F]{32,}))?");

    /**
     * Reads a name; short ones are of Docker Hub.
     *
     * @throws InvalidImageNameException when it is none
     */
    static ImageReference parse(String text) throws InvalidImageNameException {
        if (text.length() > MAX_TEXT) {
            throw invalid(text.substring(0, 64) + "…", "invalid reference format");
        }
        if (IDENTIFIER.matcher(text).matches()) {
            throw invalid(
                    text,
                    "invalid repository name ("
                            + text
                            + "), cannot specify 64-byte hexadecimal strings");
        }
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        String registry = "docker.io";
        String rest = text;
        if (first.equals("index.docker.io")) {
            rest = text.substring(slash + 1);
        } else if (slash >= 0 && isRegistry(first)) {
            registry = first;
            rest = text.substring(slash + 1);
        }
        if (registry.equals("docker.io") && rest.indexOf('/') < 0) {
            rest = "library/" + rest;
        }
        String path = rest.indexOf(':') < 0 ? rest : rest.substring(0, rest.indexOf(':'));
        if (!path.equals(path.toLowerCase(Locale.ROOT))) {
            throw invalid(
                    text,
                    "invalid reference format: repository name (" + path + ") must be lowercase");
        }
        Matcher parts = REFERENCE.matcher(registry + "/" + rest);
        if (!parts.matches()) {
            throw invalid(text, "invalid reference format");
        }
        if (parts.group("path").length() > MAX_PATH) {
            throw invalid(
                    text, "repository name must not be more than " + MAX_PATH + " characters");
        }
        Optional<String> digest = Optional.ofNullable(parts.group("digest"));
        if (digest.isPresent()) {
            checkDigest(text, digest.get());
        }
        return new ImageReference(
                text,
                parts.group("host") + "/" + parts.group("path"),
                Optional.ofNullable(parts.group("tag")),
                digest);
    }

    /** The name to pull: with neither tag nor digest it means {@code latest}. */
    String withDefaultTag() {
        return tag.isEmpty() && digest.isEmpty() ? text + ":latest" : text;
    }

    /** The name as written, without tag and digest; what credentials are recorded for. */
    String withoutTagAndDigest() {
        int end = text.length();
        if (digest.isPresent()) {
            end -= digest.get().length() + 1;
        }
        if (tag.isPresent()) {
            end -= tag.get().length() + 1;
        }
        return text.substring(0, end);
    }

    private static boolean isRegistry(String first) {
        return first.equals("localhost")
                || first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static void checkDigest(String text, String digest) throws InvalidImageNameException {
        int colon = digest.indexOf(':');
        String hex = digest.substring(colon + 1);
        int length =
                switch (digest.substring(0, colon)) {
                    case "sha256" -> 64;
                    case "sha384" -> 96;
                    case "sha512" -> 128;
                    default -> throw invalid(text, "unsupported digest algorithm");
                };
        if (hex.length() != length) {
            throw invalid(text, "invalid checksum digest length");
        }
        if (!hex.equals(hex.toLowerCase(Locale.ROOT))) {
            throw invalid(text, "invalid checksum digest format");
        }
    }

    private static InvalidImageNameException invalid(String text, String why) {
        return new InvalidImageNameException("couldn't parse image name \"" + text + "\": " + why);
    }
}
