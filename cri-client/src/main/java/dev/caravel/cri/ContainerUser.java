package dev.caravel.cri;

import java.util.List;

/** The identity the first process of a container got. */
public record ContainerUser(long uid, long gid, List<Long> supplementalGroups) {
    public ContainerUser {
        supplementalGroups = List.copyOf(supplementalGroups);
    }
}
