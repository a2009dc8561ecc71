package dev.caravel.cri;

/**
 * One environment variable of a container. The value is bytes, since a Secret may hold any;
 * printing one never shows it.
 */
public record EnvVar(String name, Bytes value) {

    public static EnvVar of(String name, String value) {
        return new EnvVar(name, Bytes.utf8(value));
    }
}
