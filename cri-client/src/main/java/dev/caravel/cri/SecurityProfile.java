package dev.caravel.cri;

/**
 * A seccomp or AppArmor profile.
 *
 * @param localhostRef path (seccomp) or name (AppArmor) of the profile on the node, only with
 *     LOCALHOST; else empty
 */
public record SecurityProfile(Type type, String localhostRef) {

    /** Where the profile comes from. */
    public enum Type {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    public static SecurityProfile runtimeDefault() {
        return new SecurityProfile(Type.RUNTIME_DEFAULT, "");
    }

    public static SecurityProfile unconfined() {
        return new SecurityProfile(Type.UNCONFINED, "");
    }

    public static SecurityProfile localhost(String ref) {
        return new SecurityProfile(Type.LOCALHOST, ref);
    }
}
