package dev.caravel.cri;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The container runtime (CRI v1 RuntimeService, kubelet contract §4) as blocking calls. Made for
 * virtual threads: interrupting the calling thread cancels the call. Every method throws {@link
 * RuntimeCallException} when the call fails, does not end in time, is cancelled, or is answered
 * with something unusable; callers retry, nothing here does. All methods may be called from many
 * threads.
 */
public interface ContainerRuntime extends AutoCloseable {
    /**
     * Who answers. Asked anew each time; callers cache.
     *
     * @throws RuntimeCallException BAD_ANSWER also when the runtime does not speak kubelet runtime
     *     API 0.1.0
     */
    RuntimeVersion version();

    /** Health; {@code verbose} fills {@link RuntimeStatus#info()}. */
    RuntimeStatus status(boolean verbose);

    /** Cgroup driver of the runtime; an old runtime is an answer here, not an exception. */
    RuntimeConfig runtimeConfig();

    /** Tells the runtime the node's pod CIDRs, joined by commas. */
    void updateRuntimeConfig(String podCidr);

    /**
     * Makes and starts a sandbox.
     *
     * @param runtimeHandler RuntimeClass.handler, empty for the default
     * @return its id
     */
    String runPodSandbox(SandboxConfig config, String runtimeHandler);

    /** Ends every process of the sandbox and frees its network; one that does not exist is fine. */
    void stopPodSandbox(String id);

    /** Removes a sandbox and all its containers; one that does not exist is fine. */
    void removePodSandbox(String id);

    SandboxStatus podSandboxStatus(String id, boolean verbose);

    default SandboxStatus podSandboxStatus(String id) {
        return podSandboxStatus(id, false);
    }

    Listing<Sandbox> listPodSandboxes(SandboxFilter filter);

    /** Changes limits of a pod's cgroup; 0 and empty parts stay as they are. */
    void updatePodSandboxResources(
            String id, Optional<LinuxResources> overhead, Optional<LinuxResources> resources);

    /**
     * Makes a container in a sandbox.
     *
     * @param sandbox the configuration the sandbox was made with
     * @return the container's id
     */
    String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandbox);

    void startContainer(String id);

    /**
     * Asks a container to end, kills it after {@code grace} (whole seconds, rounded up); one that
     * does not exist is fine.
     */
    void stopContainer(String id, Duration grace);

    /** Removes a container, killing it if needed; one that does not exist is fine. */
    void removeContainer(String id);

    Listing<Container> listContainers(ContainerFilter filter);

    ContainerStatus containerStatus(String id, boolean verbose);

    default ContainerStatus containerStatus(String id) {
        return containerStatus(id, false);
    }

    /** Changes limits of a running container; 0 and empty parts stay as they are. */
    void updateContainerResources(
            String id, LinuxResources resources, Map<String, String> annotations);

    /** Makes the runtime write to a new log file after the old one was renamed. */
    void reopenContainerLog(String id);

    /**
     * Runs a command and waits for it; {@code timeout} zero waits without end, else whole seconds,
     * rounded up.
     */
    ExecResult execSync(String id, List<String> command, Duration timeout);

    /** Prepares a streamed command; returns the URL of the runtime's streaming server. */
    String exec(ExecRequest request);

    /**
     * Prepares a stream to a running container; returns the URL of the runtime's streaming server.
     */
    String attach(AttachRequest request);

    /**
     * Prepares port forwarding into a sandbox; returns the URL of the runtime's streaming server.
     */
    String portForward(String sandboxId, List<Integer> ports);

    ContainerStats containerStats(String id);

    Listing<ContainerStats> listContainerStats(ContainerStatsFilter filter);

    SandboxStats podSandboxStats(String id);

    Listing<SandboxStats> listPodSandboxStats(SandboxStatsFilter filter);

    List<MetricDescriptor> listMetricDescriptors();

    Listing<SandboxMetrics> listPodSandboxMetrics();

    /**
     * Saves a container to the archive {@code location}.
     *
     * @param timeout how long it may take; never less than the limit of other calls
     */
    void checkpointContainer(String id, String location, Duration timeout);

    void checkpointPod(CheckpointPodRequest request);

    RestoredPod restorePod(RestorePodRequest request);

    /**
     * Opens the event stream. Whether the runtime has one shows at the first {@link
     * ContainerEvents#next()}.
     */
    ContainerEvents containerEvents();

    /** Cancels what runs and frees the connection. */
    @Override
    void close();
}
