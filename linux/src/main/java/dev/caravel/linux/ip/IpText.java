package dev.caravel.linux.ip;

import java.util.Optional;

/** Text form of addresses: RFC 4291 in, RFC 5952 out. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    static Optional<IpAddress> parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parse6(text);
        }
        long bits = parse4(text, 0, text.length());
        return bits < 0 ? Optional.empty() : Optional.of(new IpAddress(IpFamily.IPV4, 0, bits));
    }

    /** Four decimal numbers between {@code from} and {@code to}, or −1. */
    private static long parse4(String text, int from, int to) {
        long bits = 0;
        int parts = 0;
        int at = from;
        while (parts < 4) {
            int digits = 0;
            int value = 0;
            while (at < to && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at) - '0';
                digits++;
                at++;
                if (value > 255) {
                    return -1;
                }
            }
            if (digits == 0) {
                return -1;
            }
            bits = (bits << 8) | value;
            parts++;
            if (parts < 4 && (at >= to || text.charAt(at++) != '.')) {
                return -1;
            }
        }
        return at == to ? bits : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static Optional<IpAddress> parse6(String text) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int end = text.indexOf(':', at);
            end = end < 0 ? text.length() : end;
            boolean last = end == text.length();
            if (last && text.indexOf('.', at) >= 0) {
                long bits = parse4(text, at, end);
                if (bits < 0 || count > GROUPS - 2) {
                    return Optional.empty();
                }
                groups[count++] = (int) (bits >>> 16);
                groups[count++] = (int) bits & 0xffff;
                break;
            }
            int value = hex(text, at, end);
            if (value < 0 || count == GROUPS) {
                return Optional.empty();
            }
            groups[count++] = value;
            at = end + 1;
            if (!last && at == text.length()) {
                return Optional.empty();
            }
            if (!last && text.charAt(at) == ':') {
                if (gap >= 0) {
                    return Optional.empty();
                }
                gap = count;
                at++;
            }
        }
        return (gap < 0 && count < GROUPS) || (gap >= 0 && count == GROUPS)
                ? Optional.empty()
                : Optional.of(assemble(groups, count, gap));
    }

    private static int hex(String text, int from, int to) {
        if (to - from < 1 || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static IpAddress assemble(int[] groups, int count, int gap) {
        int[] all = new int[GROUPS];
        int head = gap < 0 ? count : gap;
        System.arraycopy(groups, 0, all, 0, head);
        System.arraycopy(groups, head, all, GROUPS - (count - head), count - head);
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = (high << 16) | all[i];
            low = (low << 16) | all[i + 4];
        }
        return high == 0 && (low >>> 32) == 0xffff
                ? new IpAddress(IpFamily.IPV4, 0, low & 0xffffffffL)
                : new IpAddress(IpFamily.IPV6, high, low);
    }

    static String print(IpAddress address) {
        StringBuilder out = new StringBuilder(40);
        if (address.family() == IpFamily.IPV4) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.append((address.low() >>> shift) & 0xff).append(shift == 0 ? "" : ".");
            }
            return out.toString();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (address.high() >>> (48 - 16 * i)) & 0xffff;
            groups[i + 4] = (int) (address.low() >>> (48 - 16 * i)) & 0xffff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && groups[i + run] == 0) {
                run++;
            }
            if (run > bestLength) {
                bestStart = i;
                bestLength = run;
            }
            i += run;
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(groups[i]));
        }
        return out.toString();
    }
}
