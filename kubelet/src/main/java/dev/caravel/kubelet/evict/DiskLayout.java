package dev.caravel.kubelet.evict;

/** Where images and writable layers lie, seen from the file system pods write to (nodefs). */
public enum DiskLayout {
    /** All on one file system. */
    ONE,
    /** Images and writable layers together on a file system of their own. */
    IMAGES_APART,
    /** Images on a file system of their own, writable layers with the pods. */
    IMAGES_ONLY_APART
}
