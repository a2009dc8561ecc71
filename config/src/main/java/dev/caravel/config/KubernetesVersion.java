package dev.caravel.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The release of Kubernetes whose contract this is, as {@code --version} tells it. */
public final class KubernetesVersion {

    /** The release. */
    public static final String CURRENT = "v1.37.2";

    /** Major and minor of the release before, the only one whose hidden metrics can be shown. */
    public static final String PREVIOUS_MINOR = "1.36";

    private static final String MAJOR = "1";
    private static final String MINOR = "37";

    /** Major and minor of the release. */
    public static final String MINOR_RELEASE = MAJOR + "." + MINOR;

    private KubernetesVersion() {}

    /**
     * Upstream's version record as names and values in turn, for the metric {@code
     * kubernetes_build_info}.
     */
    public static List<String> buildLabels() {
        return List.of(
                "major",
                MAJOR,
                "minor",
                MINOR,
                "git_version",
                CURRENT,
                "git_commit",
                "",
                "git_tree_state",
                "",
                "build_date",
                "",
                "go_version",
                "java" + Runtime.version(),
                "compiler",
                "javac",
                "platform",
                platform());
    }

    /** What {@code --version} prints; kubeadm reads it. */
    public static String line(String version) {
        return "Kubernetes " + version;
    }

    /** What {@code --version=raw} prints: Go's rendering of upstream's version record. */
    public static String raw(String version) {
        return "version.Info{Major:\""
                + MAJOR
                + "\", Minor:\""
                + MINOR
                + "\", EmulationMajor:\"\", EmulationMinor:\"\", MinCompatibilityMajor:\"\","
                + " MinCompatibilityMinor:\"\", GitVersion:\""
                + version
                + "\", GitCommit:\"\", GitTreeState:\"\", BuildDate:\"\", GoVersion:\"java"
                + Runtime.version()
                + "\", Compiler:\"javac\", Platform:\""
                + platform()
                + "\"}";
    }

    /** The release as a bare number. */
    public static String number() {
        return CURRENT.substring(1);
    }

    /** Why {@code version} cannot be reported instead of the real one; empty when it can. */
    public static Optional<String> problemWith(String version) {
        boolean valid =
                Pattern.matches(
                        Pattern.quote(CURRENT) + "(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?", version);
        return valid
                ? Optional.empty()
                : Optional.of("must be " + CURRENT + ", with or without a -suffix or +suffix");
    }

    /** Operating system and architecture in Go's words, for example {@code linux/amd64}. */
    public static String platform() {
        String architecture = System.getProperty("os.arch", "unknown");
        return "linux/" + (architecture.equals("aarch64") ? "arm64" : architecture);
    }
}
