package dev.caravel.cri;

import java.util.List;

/**
 * User namespace of a pod (KEP-127): {@link NamespaceMode#POD} with mappings, or {@link
 * NamespaceMode#NODE} without.
 */
public record UserNamespace(NamespaceMode mode, List<IdMapping> uids, List<IdMapping> gids) {
    public UserNamespace {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }
}
