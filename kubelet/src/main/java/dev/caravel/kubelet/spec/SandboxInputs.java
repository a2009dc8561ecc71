package dev.caravel.kubelet.spec;

import dev.caravel.cri.DnsConfig;
import dev.caravel.cri.UserNamespace;
import java.util.List;
import java.util.Optional;

/**
 * What a sandbox needs besides its pod and the node.
 *
 * @param attempt 0 for the pod's first sandbox, one more for each that replaces another
 * @param runtimeHandler handler of the pod's RuntimeClass, empty for the default
 * @param dns resolver settings, see {@code DnsConfigs}
 * @param userNamespace id ranges of the pod when it has a user namespace of its own
 * @param extraGroups groups that persistent volumes ask for by annotation
 * @param exclusiveCpus whether some container has CPUs of its own
 */
public record SandboxInputs(
        int attempt,
        String runtimeHandler,
        DnsConfig dns,
        Optional<UserNamespace> userNamespace,
        List<Long> extraGroups,
        boolean exclusiveCpus) {
    public SandboxInputs {
        extraGroups = List.copyOf(extraGroups);
    }
}
