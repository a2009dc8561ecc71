package dev.caravel.kubelet.server;

import java.util.List;
import java.util.Map;

/**
 * Who asks.
 *
 * @param uid empty for those who have none
 * @param extra what the authenticator said besides, passed on when rights are asked about
 */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {

    static final String AUTHENTICATED = "system:authenticated";

    static final User ANONYMOUS =
            new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }
}
