package dev.caravel.kubelet.probe;

import dev.caravel.cri.Bytes;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one probe once. Blocking; never takes longer than the probe's timeout. */
final class Prober {

    private static final int MAX_OUTPUT = 10 << 10;
    private static final int LINGER_SECONDS = 1;

    private final ContainerRuntime runtime;
    private final HttpProbe http = new HttpProbe();
    private final GrpcProbe grpc = new GrpcProbe();
    private final ExecutorService attempts =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("probe-attempt/", 0).factory());

    Prober(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Whom to probe.
     *
     * @param podIp address of the pod; empty when it has none yet
     */
    record Target(
            String containerId, Optional<String> podIp, java.util.List<ContainerPort> ports) {}

    ProbeResult run(ProbePlan plan, Target target) throws InterruptedException {
        if (plan.spec().getExec() != null) {
            return exec(plan, target);
        }
        Future<ProbeResult> attempt = attempts.submit(() -> network(plan, target));
        try {
            return attempt.get(plan.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new ProbeResult.Failure(
                    "no answer within "
                            + plan.timeout().toSeconds()
                            + "s (Client.Timeout exceeded while awaiting headers)");
        } catch (ExecutionException e) {
            return new ProbeResult.Unknown(String.valueOf(e.getCause()));
        } finally {
            attempt.cancel(true);
        }
    }

    private ProbeResult exec(ProbePlan plan, Target target) {
        try {
            ExecResult result =
                    runtime.execSync(
                            target.containerId(),
                            plan.spec().getExec().getCommand(),
                            plan.timeout());
            String output = text(result.stdout()) + text(result.stderr());
            return result.exitCode() == 0
                    ? new ProbeResult.Success(output)
                    : new ProbeResult.Failure(output);
        } catch (RuntimeCallException e) {
            if (e.isDeadlineExceeded()) {
                return new ProbeResult.Failure(
                        "command timed out: \""
                                + String.join(" ", plan.spec().getExec().getCommand())
                                + "\" timed out after "
                                + plan.timeout().toSeconds()
                                + "s");
            }
            return new ProbeResult.Unknown(e.detail());
        }
    }

    private static String text(Bytes bytes) {
        byte[] most = new byte[Math.min(bytes.size(), MAX_OUTPUT)];
        bytes.asBuffer().get(most);
        return new String(most, StandardCharsets.UTF_8);
    }

    private ProbeResult network(ProbePlan plan, Target target) {
        Probe p = plan.spec();
        if (p.getHttpGet() != null) {
            Optional<String> host = host(p.getHttpGet().getHost(), target);
            Optional<Integer> port = port(p.getHttpGet().getPort(), target);
            return reachable(host, port)
                    .orElseGet(() ->
                            http.get(
                                    p.getHttpGet(),
                                    host.orElseThrow(),
                                    port.orElseThrow(),
                                    plan.timeout()));
        }
        if (p.getTcpSocket() != null) {
            Optional<String> host = host(p.getTcpSocket().getHost(), target);
            Optional<Integer> port = port(p.getTcpSocket().getPort(), target);
            return reachable(host, port)
                    .orElseGet(() -> tcp(host.orElseThrow(), port.orElseThrow(), plan.timeout()));
        }
        if (p.getGrpc() != null) {
            Optional<String> host = host(null, target);
            Optional<Integer> port = Optional.ofNullable(p.getGrpc().getPort());
            return reachable(host, port)
                    .orElseGet(() ->
                            grpc.check(
                                    host.orElseThrow(),
                                    port.orElseThrow(),
                                    p.getGrpc().getService(),
                                    plan.timeout()));
        }
        return new ProbeResult.Unknown("the probe has no handler");
    }

    private static Optional<ProbeResult> reachable(Optional<String> host, Optional<Integer> port) {
        if (host.isEmpty()) {
            return Optional.of(new ProbeResult.Unknown("the pod has no IP address"));
        }
        return port.isEmpty()
                ? Optional.of(
                        new ProbeResult.Unknown(
                                "the probe's port is not among the container's ports"))
                : Optional.empty();
    }

    private static Optional<String> host(
            @org.jspecify.annotations.Nullable String own, Target target) {
        return own != null && !own.isEmpty() ? Optional.of(own) : target.podIp();
    }

    /** A number, or the name of one of the container's ports. */
    static Optional<Integer> port(
            @org.jspecify.annotations.Nullable IntOrString port, Target target) {
        if (port == null) {
            return Optional.empty();
        }
        if (port.getIntVal() != null) {
            return valid(port.getIntVal());
        }
        Optional<Integer> named =
                target.ports().stream()
                        .filter(p -> port.getStrVal().equals(p.getName()))
                        .map(ContainerPort::getContainerPort)
                        .findFirst();
        return named.isPresent() ? named : number(port.getStrVal());
    }

    private static Optional<Integer> number(String text) {
        try {
            return valid(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> valid(int port) {
        return port > 0 && port < 65536 ? Optional.of(port) : Optional.empty();
    }

    private static ProbeResult tcp(String host, int port, Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, LINGER_SECONDS);
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
            return new ProbeResult.Success("");
        } catch (IOException e) {
            return new ProbeResult.Failure("dial tcp " + host + ":" + port + ": " + e.getMessage());
        }
    }
}
