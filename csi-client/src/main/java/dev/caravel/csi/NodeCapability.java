package dev.caravel.csi;

/** What a driver's node service can do beyond publishing. */
public enum NodeCapability {
    /** Volumes are mounted once a node before they are published to pods. */
    STAGE_UNSTAGE_VOLUME,
    GET_VOLUME_STATS,
    EXPAND_VOLUME,
    /** Knows volumes for one node whose pods may, or may not, write side by side. */
    SINGLE_NODE_MULTI_WRITER,
    /** Gives the files to the pod's group itself. */
    VOLUME_MOUNT_GROUP
}
