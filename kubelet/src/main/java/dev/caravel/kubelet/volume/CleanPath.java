package dev.caravel.kubelet.volume;

import java.util.ArrayDeque;
import java.util.Deque;

/** Slash-separated paths in their shortest form, worked out from the text alone. */
public final class CleanPath {
    private CleanPath() {}

    /**
     * Without empty, {@code .} and inner {@code ..} components: {@code a//b/./../c} is {@code a/c}.
     * Leading {@code ..} of a relative path stay; those of an absolute one vanish. Nothing is
     * {@code .}.
     */
    public static String of(String path) {
        boolean absolute = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty() && !parts.getLast().equals("..")) {
                    parts.removeLast();
                } else if (!absolute) {
                    parts.addLast(part);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        if (absolute) {
            return "/" + joined;
        }
        return joined.isEmpty() ? "." : joined;
    }

    /** Whether {@code ..} stands between slashes anywhere in a path. */
    public static boolean hasBackStep(String path) {
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
