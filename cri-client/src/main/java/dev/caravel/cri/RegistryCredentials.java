package dev.caravel.cri;

/**
 * What to show a registry; empty parts are not used. Printing one shows no secret.
 *
 * @param auth base64 of {@code user:password}
 * @param identityToken refresh token
 * @param registryToken bearer token
 */
public record RegistryCredentials(
        String username,
        String password,
        String auth,
        String serverAddress,
        String identityToken,
        String registryToken) {

    public static RegistryCredentials password(String username, String password) {
        return new RegistryCredentials(username, password, "", "", "", "");
    }

    @Override
    public String toString() {
        return "RegistryCredentials[username="
                + username
                + ", serverAddress="
                + serverAddress
                + "]";
    }
}
