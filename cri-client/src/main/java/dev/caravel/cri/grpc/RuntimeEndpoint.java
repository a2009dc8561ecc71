package dev.caravel.cri.grpc;

import java.nio.file.Path;

/**
 * Where a runtime listens, as {@code containerRuntimeEndpoint} and {@code imageServiceEndpoint}
 * name it.
 *
 * @param socket absolute path of the unix socket
 */
public record RuntimeEndpoint(Path socket) {
    private static final String SCHEME = "unix://";

    /** The limit of {@code sun_path} in unix(7), less the final zero. */
    private static final int LONGEST_PATH = 107;

    /**
     * Reads an endpoint: {@code unix:///path}, or only the path as older configurations have it.
     *
     * @throws IllegalArgumentException if it names no unix socket
     */
    public static RuntimeEndpoint parse(String endpoint) {
        String path = endpoint.startsWith(SCHEME) ? endpoint.substring(SCHEME.length()) : endpoint;
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "runtime endpoint \""
                            + endpoint
                            + "\" is not of the form unix:///absolute/path; only unix sockets are"
                            + " supported");
        }
        if (path.length() > LONGEST_PATH) {
            throw new IllegalArgumentException(
                    "runtime endpoint \""
                            + endpoint
                            + "\" is too long: a unix socket path may have "
                            + LONGEST_PATH
                            + " bytes");
        }
        return new RuntimeEndpoint(Path.of(path));
    }
}
