package dev.caravel.kubelet.observe;

import java.time.Instant;
import java.util.List;

/**
 * One pod sandbox as the runtime reports it.
 *
 * @param id the runtime's ID
 * @param attempt how many sandboxes the pod had before this one
 * @param ready whether the runtime calls it ready
 * @param createdAt when it was created
 * @param ips its addresses, primary first; empty for host network or before CNI answered
 * @param hostNetwork whether it shares the node's network
 */
public record ObservedSandbox(
        String id,
        int attempt,
        boolean ready,
        Instant createdAt,
        List<String> ips,
        boolean hostNetwork) {

    public ObservedSandbox {
        ips = List.copyOf(ips);
    }
}
