package dev.caravel.kubelet.server;

import java.util.List;

/** Who asks. */
public record User(String name, String uid, List<String> groups) {

    static final User ANONYMOUS =
            new User("system:anonymous", "", List.of("system:unauthenticated"));

    public User {
        groups = List.copyOf(groups);
    }
}
