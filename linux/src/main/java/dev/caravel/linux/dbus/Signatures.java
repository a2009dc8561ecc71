package dev.caravel.linux.dbus;

import java.util.ArrayList;
import java.util.List;

/** Takes signatures apart (D-Bus specification, "Summary of D-Bus Marshalling"). */
final class Signatures {
    /** As specified: containers within containers, arrays and structures counted together here. */
    static final int MAX_DEPTH = 64;

    private static final int MAX_LENGTH = 255;
    private static final String BASIC = "ybnqiuxtdsogh";

    private Signatures() {}

    /** Splits a signature into its complete types. */
    static List<String> split(String signature) throws DbusException {
        if (signature.length() > MAX_LENGTH) {
            throw new DbusException("signature of " + signature.length() + " characters");
        }
        List<String> types = new ArrayList<>();
        int at = 0;
        while (at < signature.length()) {
            int end = end(signature, at, 0);
            types.add(signature.substring(at, end));
            at = end;
        }
        return types;
    }

    /** Where the complete type that starts at a place ends. */
    private static int end(String signature, int start, int depth) throws DbusException {
        if (depth > MAX_DEPTH || start >= signature.length()) {
            throw bad(signature);
        }
        char type = signature.charAt(start);
        if (BASIC.indexOf(type) >= 0 || type == 'v') {
            return start + 1;
        }
        if (type == 'a') {
            boolean dictionary = signature.startsWith("{", start + 1);
            return dictionary
                    ? dictEntryEnd(signature, start + 1, depth + 1)
                    : end(signature, start + 1, depth + 1);
        }
        if (type == '(') {
            int at = start + 1;
            while (at < signature.length() && signature.charAt(at) != ')') {
                at = end(signature, at, depth + 1);
            }
            if (at >= signature.length() || at == start + 1) {
                throw bad(signature);
            }
            return at + 1;
        }
        throw bad(signature);
    }

    private static int dictEntryEnd(String signature, int start, int depth) throws DbusException {
        boolean basicKey =
                start + 1 < signature.length() && BASIC.indexOf(signature.charAt(start + 1)) >= 0;
        if (!basicKey) {
            throw bad(signature);
        }
        int at = end(signature, start + 2, depth + 1);
        if (!signature.startsWith("}", at)) {
            throw bad(signature);
        }
        return at + 1;
    }

    private static DbusException bad(String signature) {
        return new DbusException("'" + signature + "' is no signature");
    }

    /** On which multiple of bytes values of a type start. */
    static int alignment(char type) throws DbusException {
        return switch (type) {
            case 'y', 'g', 'v' -> 1;
            case 'n', 'q' -> 2;
            case 'b', 'i', 'u', 's', 'o', 'a', 'h' -> 4;
            case 'x', 't', 'd', '(', '{' -> 8;
            default -> throw new DbusException("type '" + type + "' is unknown");
        };
    }
}
