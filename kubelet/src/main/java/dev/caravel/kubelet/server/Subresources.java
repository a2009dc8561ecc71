package dev.caravel.kubelet.server;

import java.util.List;

/**
 * Which node subresources a path stands for, in the order they are tried (contract §3, KEP-2862).
 */
final class Subresources {

    private static final String PROXY = "proxy";

    private Subresources() {}

    /** The subresources of a path as the server will route it; at least one. */
    static List<String> of(String path) {
        return switch (segment(path)) {
            case "healthz" -> List.of("healthz", PROXY);
            case "pods", "allocatedPods", "runningpods" -> List.of("pods", PROXY);
            case "configz" -> List.of("configz", PROXY);
            case "stats" -> List.of("stats");
            case "metrics" -> List.of("metrics");
            case "logs" -> List.of("log");
            case "checkpoint" -> List.of("checkpoint");
            case "flagz" -> List.of("configz");
            case "statusz" -> List.of("statusz");
            default -> List.of(PROXY);
        };
    }

    /** The verb that the method stands for; empty for methods that stand for none. */
    static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    /** The first segment, without slashes. */
    static String segment(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(1, end < 0 ? path.length() : end);
    }
}
