package dev.caravel.cri;

/** Whether groups from the image's /etc/group join the ones of the pod (KEP-3619). */
public enum SupplementalGroupsPolicy {
    MERGE,
    STRICT
}
