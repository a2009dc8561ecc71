package dev.caravel.kubelet.effect;

import dev.caravel.kubelet.worker.ActionFailedException;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.function.Function;

/** Which runtime handler a pod's RuntimeClass names (contract §5.15). */
public final class RuntimeClasses {

    private final Function<String, Optional<String>> handlers;

    /**
     * @param handlers handler by RuntimeClass name, as the API server has them now
     */
    public RuntimeClasses(Function<String, Optional<String>> handlers) {
        this.handlers = handlers;
    }

    /** The handler; empty for the runtime's default. */
    public String handler(Pod pod) throws ActionFailedException {
        String name = pod.getSpec().getRuntimeClassName();
        if (name == null || name.isEmpty()) {
            return "";
        }
        return handlers.apply(name)
                .orElseThrow(() ->
                        new ActionFailedException(
                                "CreatePodSandboxError",
                                "failed to get sandbox runtime: no runtime for \""
                                        + name
                                        + "\": RuntimeClass.node.k8s.io \""
                                        + name
                                        + "\" not found"));
    }
}
