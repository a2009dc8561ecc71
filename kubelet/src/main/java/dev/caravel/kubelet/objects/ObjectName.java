package dev.caravel.kubelet.objects;

/** Names one object of a known kind. */
record ObjectName(String namespace, String name) {
    /** {@code namespace/name}, also the key of watched sets. */
    String key() {
        return namespace + "/" + name;
    }
}
