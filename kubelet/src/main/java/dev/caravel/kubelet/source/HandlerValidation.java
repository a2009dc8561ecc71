package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks of probes and lifecycle hooks; see {@link PodValidation}. */
final class HandlerValidation {
    private final PodSpec spec;
    private final FieldErrors errors;

    HandlerValidation(PodSpec spec, FieldErrors errors) {
        this.spec = spec;
        this.errors = errors;
    }

    void all(Container c, String path) {
        probe(c.getLivenessProbe(), true, path + ".livenessProbe");
        probe(c.getReadinessProbe(), false, path + ".readinessProbe");
        probe(c.getStartupProbe(), true, path + ".startupProbe");
        errors.check(
                c.getReadinessProbe() == null
                        || c.getReadinessProbe().getTerminationGracePeriodSeconds() == null,
                path + ".readinessProbe.terminationGracePeriodSeconds",
                "is not allowed for a readiness probe");
        if (c.getLifecycle() != null) {
            hook(c.getLifecycle().getPostStart(), path + ".lifecycle.postStart");
            hook(c.getLifecycle().getPreStop(), path + ".lifecycle.preStop");
        }
    }

    private void probe(@Nullable Probe probe, boolean onceIsEnough, String path) {
        if (probe == null) {
            return;
        }
        one(path, probe.getExec(), probe.getHttpGet(), probe.getTcpSocket(), probe.getGrpc());
        exec(probe.getExec() == null ? null : probe.getExec().getCommand(), path);
        http(probe.getHttpGet(), path);
        if (probe.getTcpSocket() != null) {
            port(probe.getTcpSocket().getPort(), path + ".tcpSocket.port");
        }
        if (probe.getGrpc() != null) {
            errors.check(probe.getGrpc().getPort() != null, path + ".grpc.port", "is required");
            errors.port(probe.getGrpc().getPort(), path + ".grpc.port");
        }
        errors.atLeast(probe.getInitialDelaySeconds(), 0, path + ".initialDelaySeconds");
        errors.atLeast(probe.getTimeoutSeconds(), 0, path + ".timeoutSeconds");
        errors.atLeast(probe.getPeriodSeconds(), 0, path + ".periodSeconds");
        errors.atLeast(probe.getFailureThreshold(), 0, path + ".failureThreshold");
        errors.atLeast(probe.getSuccessThreshold(), 0, path + ".successThreshold");
        errors.atLeast(
                probe.getTerminationGracePeriodSeconds(),
                1,
                path + ".terminationGracePeriodSeconds");
        errors.check(
                !onceIsEnough || Objects.equals(probe.getSuccessThreshold(), 1),
                path + ".successThreshold",
                "must be 1");
    }

    private void hook(@Nullable LifecycleHandler hook, String path) {
        if (hook == null) {
            return;
        }
        one(path, hook.getExec(), hook.getHttpGet(), hook.getSleep());
        errors.check(
                hook.getTcpSocket() == null,
                path + ".tcpSocket",
                "is not supported for lifecycle hooks");
        exec(hook.getExec() == null ? null : hook.getExec().getCommand(), path);
        http(hook.getHttpGet(), path);
        if (hook.getSleep() != null) {
            Long seconds = hook.getSleep().getSeconds();
            long grace = spec.getTerminationGracePeriodSeconds();
            errors.check(
                    seconds != null && seconds >= 0 && seconds <= grace,
                    path + ".sleep.seconds",
                    "is " + seconds + ", must be between 0 and the grace period of " + grace);
        }
    }

    private void one(String path, @Nullable Object... handlers) {
        long count = Stream.of(handlers).filter(Objects::nonNull).count();
        errors.check(count != 0, path, "needs a handler");
        errors.check(count <= 1, path, "may have one handler only");
    }

    private void exec(@Nullable List<String> command, String path) {
        errors.check(command == null || !command.isEmpty(), path + ".exec.command", "is required");
    }

    private void http(@Nullable HTTPGetAction get, String path) {
        if (get == null) {
            return;
        }
        port(get.getPort(), path + ".httpGet.port");
        errors.oneOf(get.getScheme(), List.of("HTTP", "HTTPS"), path + ".httpGet.scheme");
        get.getHttpHeaders()
                .forEach(h -> errors.required(h.getName(), path + ".httpGet.httpHeaders[].name"));
    }

    private void port(@Nullable IntOrString port, String path) {
        if (port == null) {
            errors.add(path, "is required");
        } else if (port.getIntVal() != null) {
            errors.port(port.getIntVal(), path);
        } else {
            errors.check(
                    Rfc1123.isLabel(port.getStrVal()),
                    path,
                    "'" + port.getStrVal() + "' is no valid port name");
        }
    }
}
