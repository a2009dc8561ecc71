package dev.caravel.proxy.compile;

import dev.caravel.linux.ip.IpPrefix;

/** How to tell packets of this node's own pods from others (kube-proxy.md §2.4). */
public sealed interface LocalDetector {
    /** Nothing tells them apart. */
    enum None implements LocalDetector {
        NONE
    }

    /** By their source address. */
    record Cidr(IpPrefix prefix) implements LocalDetector {}

    /** By the bridge they come from. */
    record Bridge(String name) implements LocalDetector {}

    /** By the beginning of the name of the interface they come from. */
    record InterfacePrefix(String prefix) implements LocalDetector {}
}
