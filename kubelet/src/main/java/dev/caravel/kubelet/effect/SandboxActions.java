package dev.caravel.kubelet.effect;

import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.SandboxConfig;
import dev.caravel.cri.SandboxStatus;
import dev.caravel.cri.UserNamespace;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.EventType;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.network.DnsConfigs;
import dev.caravel.kubelet.network.ResolvConf;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.plan.Action;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.kubelet.spec.LogPaths;
import dev.caravel.kubelet.spec.SandboxConfigs;
import dev.caravel.kubelet.spec.SandboxInputs;
import dev.caravel.kubelet.userns.UserNamespaces;
import dev.caravel.kubelet.worker.ActionFailedException;
import dev.caravel.kubelet.worker.Progress;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes and stops pod sandboxes. */
public final class SandboxActions {

    private final ContainerRuntime runtime;
    private final RuntimeView view;
    private final PodPreparation preparation;
    private final RuntimeClasses runtimeClasses;
    private final EventSink events;
    private final Supplier<NodeFacts> node;
    private final Gate gate;
    private final UserNamespaces userNamespaces;

    /**
     * @param gate how many sandboxes start at once; the runtime is not faster with more
     */
    public SandboxActions(
            ContainerRuntime runtime,
            RuntimeView view,
            PodPreparation preparation,
            RuntimeClasses runtimeClasses,
            EventSink events,
            Supplier<NodeFacts> node,
            Gate gate,
            UserNamespaces userNamespaces) {
        this.runtime = runtime;
        this.view = view;
        this.preparation = preparation;
        this.runtimeClasses = runtimeClasses;
        this.events = events;
        this.node = node;
        this.gate = gate;
        this.userNamespaces = userNamespaces;
    }

    /** The sandbox configuration of a pod; containers need it again when they are created. */
    SandboxConfig config(Pod pod, int attempt, String handler)
            throws ContainerConfigException, IOException {
        NodeFacts facts = node.get();
        DnsConfigs.Result dns =
                DnsConfigs.of(pod, facts, ResolvConf.read(facts.dns().resolvConf()));
        dns.podEvents().forEach(e -> events.event(dev.caravel.kubelet.pod.PodRef.of(pod), e));
        SandboxInputs inputs =
                new SandboxInputs(
                        attempt, handler, dns.config(), userNamespace(pod), List.of(), false);
        return SandboxConfigs.of(pod, facts, inputs);
    }

    /** The pod's own user and group ids; empty when it shares the node's. */
    Optional<UserNamespace> userNamespace(Pod pod) throws IOException {
        return userNamespaces.of(pod);
    }

    void create(DesiredPod pod, Action.CreateSandbox action, Progress progress)
            throws ActionFailedException, InterruptedException {
        if (action.attempt() > 0) {
            event(
                    pod,
                    EventType.NORMAL,
                    "SandboxChanged",
                    "Pod sandbox changed, it will be killed and re-created.");
        }
        try {
            progress.part("cgroup");
            preparation.makeCgroup(pod);
            progress.part("configuration");
            String handler = runtimeClasses.handler(pod.pod());
            SandboxConfig config = config(pod.pod(), action.attempt(), handler);
            Path logs = Path.of(config.logDirectory());
            Files.createDirectories(logs);
            String id;
            progress.part("queue", () -> gate.waiting() + " sandbox starts wait for a turn");
            try (Gate.Pass _ = gate.enter()) {
                progress.part("runtime and network");
                id = runtime.runPodSandbox(config, handler);
            }
            progress.part("status");
            SandboxStatus status = runtime.podSandboxStatus(id);
            view.note(pod.ref(), status);
        } catch (ContainerConfigException e) {
            throw failed(pod, e.message());
        } catch (IOException e) {
            throw failed(pod, String.valueOf(e.getMessage()));
        } catch (RuntimeCallException e) {
            if (e.isCancelled()) {
                throw e;
            }
            throw failed(pod, e.detail());
        }
    }

    private ActionFailedException failed(DesiredPod pod, String why) {
        event(
                pod,
                EventType.WARNING,
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: " + why);
        return new ActionFailedException("CreatePodSandboxError", why);
    }

    void stop(DesiredPod pod, Action.StopSandbox action) {
        try {
            runtime.stopPodSandbox(action.sandboxId());
        } catch (RuntimeCallException e) {
            if (!e.isCancelled()) {
                event(
                        pod,
                        EventType.WARNING,
                        "FailedKillPod",
                        "error killing pod: failed to \"KillPodSandbox\": " + e.detail());
            }
            throw e;
        }
        view.refresh(pod.ref());
    }

    private void event(DesiredPod pod, EventType type, String reason, String message) {
        events.event(pod.ref(), Optional.empty(), type, reason, message);
    }

    /** Where the pod's sandbox and containers log. */
    Path logDirectory(DesiredPod pod) {
        return LogPaths.podDirectory(node.get().paths().podLogs(), pod.ref());
    }
}
