package dev.caravel.config.flags;

/** What a flag's value looks like on the command line. */
public enum FlagKind {
    /** Any text. */
    STRING("string"),
    /** {@code true} when no value is given. */
    BOOL(""),
    /** A whole number of 32 bits. */
    INT32("int"),
    /** A whole number of 64 bits. */
    INT64("int"),
    /** A number. */
    FLOAT("float"),
    /** {@code 1m30s}. */
    DURATION("duration"),
    /** {@code a,b}; repeated ones add up. */
    LIST("list"),
    /** {@code a=1,b=2}; repeated ones add up. */
    MAP("k=v,..."),
    /** {@code a=1}, the value may hold commas; repeated ones add up. */
    SINGLE_MAP("k=v"),
    /** {@code a<1,b<2}; repeated ones add up. */
    THRESHOLDS("k<v,..."),
    /** {@code a:1,a:2}; repeated ones add up. */
    HEADERS("k:v,..."),
    /** {@code A=true,B=false}; repeated ones add up. */
    BOOL_MAP("k=bool,..."),
    /** {@code a=1,b}; repeated ones add up. */
    LABELS("k=v,..."),
    /** An IP address; the empty text leaves things as they are. */
    IP("ip"),
    /** An IP address with or without port; the empty text leaves things as they are. */
    IP_PORT("ip:port"),
    /** {@code k=v:effect,...}. */
    TAINTS("k=v:effect,..."),
    /** {@code 0:memory=1Gi,hugepages-1M=2Gi;1:...}; repeated ones add up. */
    RESERVED_MEMORY("n:k=v,..."),
    /** An amount such as {@code 512} or {@code 4Ki}. */
    QUANTITY("quantity"),
    /** A klog level. */
    LEVEL("level"),
    /** {@code file=level,...}; repeated ones add up. */
    VMODULE("pattern=N,..."),
    /** {@code true}, {@code raw} or a version to report; {@code true} when no value is given. */
    VERSION("");

    private final String placeholder;

    FlagKind(String placeholder) {
        this.placeholder = placeholder;
    }

    /** The word for the value in help texts; empty when the value is optional. */
    String placeholder() {
        return placeholder;
    }

    /** Whether the flag may stand alone. */
    boolean standsAlone() {
        return this == BOOL || this == VERSION;
    }
}
