package dev.caravel.kubelet.source;

import dev.caravel.kubelet.resources.Quantities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks of one container of a static pod; see {@link PodValidation}. */
final class ContainerValidation {
    private static final List<String> PULL = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> RESTART = List.of("Always", "OnFailure", "Never");
    private static final List<String> PROPAGATION =
            List.of("Bidirectional", "HostToContainer", "None");
    private static final int MOST_RULES = 20;
    private static final int MOST_EXIT_CODES = 255;
    private static final int LONGEST_PORT_NAME = 15;

    private final PodSpec spec;
    private final Set<String> volumes;
    private final FieldErrors errors;
    private final HandlerValidation handlers;

    ContainerValidation(PodSpec spec, Set<String> volumes, FieldErrors errors) {
        this.spec = spec;
        this.volumes = volumes;
        this.errors = errors;
        this.handlers = new HandlerValidation(spec, errors);
    }

    void regular(Container c, String path) {
        common(c, path);
        handlers.all(c, path);
        errors.oneOf(c.getRestartPolicy(), RESTART, path + ".restartPolicy");
    }

    void init(Container c, String path) {
        common(c, path);
        errors.oneOf(c.getRestartPolicy(), RESTART, path + ".restartPolicy");
        if ("Always".equals(c.getRestartPolicy())) {
            handlers.all(c, path);
            return;
        }
        boolean plain =
                c.getLifecycle() == null
                        && c.getLivenessProbe() == null
                        && c.getReadinessProbe() == null
                        && c.getStartupProbe() == null;
        errors.check(
                plain, path, "hooks and probes need restartPolicy Always in an init container");
    }

    void unique(Container c, Set<String> names, String path) {
        if (c.getName() != null && !names.add(c.getName())) {
            errors.add(path + ".name", "'" + c.getName() + "' appears twice");
        }
    }

    void hostPorts(Container c, Set<String> taken, String path) {
        for (int i = 0; i < c.getPorts().size(); i++) {
            ContainerPort port = c.getPorts().get(i);
            if (port.getHostPort() == null || port.getHostPort() == 0) {
                continue;
            }
            String key = port.getProtocol() + "/" + port.getHostIP() + "/" + port.getHostPort();
            errors.check(
                    taken.add(key),
                    path + ".ports[" + i + "].hostPort",
                    port.getHostPort() + " appears twice");
        }
    }

    private void common(Container c, String path) {
        errors.label(c.getName(), path + ".name");
        errors.required(c.getImage(), path + ".image");
        errors.oneOf(c.getImagePullPolicy(), PULL, path + ".imagePullPolicy");
        errors.oneOf(
                c.getTerminationMessagePolicy(),
                List.of("File", "FallbackToLogsOnError"),
                path + ".terminationMessagePolicy");
        ports(c, path);
        environment(c, path);
        mounts(c, path);
        resources(c.getResources(), path + ".resources");
        resize(c.getResizePolicy(), path + ".resizePolicy");
        restartRules(c, path);
        security(c.getSecurityContext(), path + ".securityContext");
    }

    private void ports(Container c, String path) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < c.getPorts().size(); i++) {
            ContainerPort port = c.getPorts().get(i);
            String at = path + ".ports[" + i + "]";
            errors.check(
                    port.getContainerPort() != null && port.getContainerPort() != 0,
                    at + ".containerPort",
                    "is required");
            errors.port(port.getContainerPort(), at + ".containerPort");
            if (port.getHostPort() != null && port.getHostPort() != 0) {
                errors.port(port.getHostPort(), at + ".hostPort");
            }
            errors.oneOf(port.getProtocol(), List.of("TCP", "UDP", "SCTP"), at + ".protocol");
            if (port.getName() != null && !port.getName().isEmpty()) {
                errors.check(
                        isPortName(port.getName()),
                        at + ".name",
                        "'" + port.getName() + "' is no valid port name");
                errors.check(
                        names.add(port.getName()),
                        at + ".name",
                        "'" + port.getName() + "' appears twice");
            }
            if (Boolean.TRUE.equals(spec.getHostNetwork())) {
                errors.check(
                        port.getContainerPort() == null
                                || port.getContainerPort().equals(port.getHostPort()),
                        at + ".hostPort",
                        "must equal containerPort on the host network");
            }
        }
    }

    private static boolean isPortName(String name) {
        return name.length() <= LONGEST_PORT_NAME
                && Rfc1123.isLabel(name)
                && !name.contains("--")
                && name.chars().anyMatch(ch -> ch >= 'a' && ch <= 'z');
    }

    private void environment(Container c, String path) {
        for (int i = 0; i < c.getEnv().size(); i++) {
            EnvVar env = c.getEnv().get(i);
            String at = path + ".env[" + i + "]";
            errors.required(env.getName(), at + ".name");
            errors.check(
                    env.getName() == null
                            || env.getName()
                                    .chars()
                                    .allMatch(ch -> ch >= 0x20 && ch < 0x7f && ch != '='),
                    at + ".name",
                    "'" + env.getName() + "' must be printable and without '='");
            errors.check(
                    env.getValueFrom() == null
                            || env.getValue() == null
                            || env.getValue().isEmpty(),
                    at + ".valueFrom",
                    "cannot be set together with value");
        }
    }

    private void mounts(Container c, String path) {
        Set<String> targets = new HashSet<>();
        boolean privileged =
                c.getSecurityContext() != null
                        && Boolean.TRUE.equals(c.getSecurityContext().getPrivileged());
        for (int i = 0; i < c.getVolumeMounts().size(); i++) {
            VolumeMount mount = c.getVolumeMounts().get(i);
            String at = path + ".volumeMounts[" + i + "]";
            known(mount.getName(), at);
            errors.required(mount.getMountPath(), at + ".mountPath");
            errors.check(
                    mount.getMountPath() == null || targets.add(mount.getMountPath()),
                    at + ".mountPath",
                    "'" + mount.getMountPath() + "' appears twice");
            descending(mount.getSubPath(), at + ".subPath");
            descending(mount.getSubPathExpr(), at + ".subPathExpr");
            errors.oneOf(mount.getMountPropagation(), PROPAGATION, at + ".mountPropagation");
            errors.check(
                    privileged || !"Bidirectional".equals(mount.getMountPropagation()),
                    at + ".mountPropagation",
                    "Bidirectional needs a privileged container");
        }
        for (int i = 0; i < c.getVolumeDevices().size(); i++) {
            VolumeDevice device = c.getVolumeDevices().get(i);
            String at = path + ".volumeDevices[" + i + "]";
            known(device.getName(), at);
            errors.required(device.getDevicePath(), at + ".devicePath");
        }
    }

    private void known(@Nullable String volume, String at) {
        errors.check(
                volume != null && volumes.contains(volume),
                at + ".name",
                "'" + volume + "' is no volume of the pod");
    }

    /** A path below its volume: relative, and never upward. */
    private void descending(@Nullable String subPath, String path) {
        if (subPath == null) {
            return;
        }
        errors.check(
                !subPath.startsWith("/") && !List.of(subPath.split("/")).contains(".."),
                path,
                "'" + subPath + "' must be relative and without '..'");
    }

    private void resources(@Nullable ResourceRequirements resources, String path) {
        if (resources == null) {
            return;
        }
        Map<String, Quantity> limits = orEmpty(resources.getLimits());
        Map<String, Quantity> requests = orEmpty(resources.getRequests());
        boolean limited = amounts(limits, path + ".limits");
        if (!amounts(requests, path + ".requests") || !limited) {
            return;
        }
        requests.forEach((name, request) -> {
            Quantity limit = limits.get(name);
            errors.check(
                    limit == null
                            || Quantities.exact(request).compareTo(Quantities.exact(limit)) <= 0,
                    path + ".requests." + name,
                    "is " + request + ", more than the limit " + limit);
        });
    }

    private boolean amounts(Map<String, Quantity> amounts, String path) {
        boolean valid = true;
        for (Map.Entry<String, Quantity> e : amounts.entrySet()) {
            valid &= errors.amount(e.getValue(), path + "." + e.getKey());
        }
        return valid;
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
        return amounts == null ? Map.of() : amounts;
    }

    private void resize(List<ContainerResizePolicy> policies, String path) {
        Set<String> names = new HashSet<>();
        for (ContainerResizePolicy policy : policies) {
            errors.required(policy.getResourceName(), path + "[].resourceName");
            errors.oneOf(
                    policy.getResourceName(), List.of("cpu", "memory"), path + "[].resourceName");
            errors.oneOf(
                    policy.getRestartPolicy(),
                    List.of("NotRequired", "RestartContainer"),
                    path + "[].restartPolicy");
            errors.check(
                    policy.getResourceName() == null || names.add(policy.getResourceName()),
                    path,
                    "'" + policy.getResourceName() + "' appears twice");
        }
    }

    private void restartRules(Container c, String path) {
        List<ContainerRestartRule> rules = c.getRestartPolicyRules();
        String at = path + ".restartPolicyRules";
        errors.check(
                rules.isEmpty() || c.getRestartPolicy() != null,
                path + ".restartPolicy",
                "is required with restartPolicyRules");
        errors.check(rules.size() <= MOST_RULES, at, "at most " + MOST_RULES + " are allowed");
        for (ContainerRestartRule rule : rules) {
            errors.oneOf(
                    rule.getAction(), List.of("Restart", "RestartAllContainers"), at + "[].action");
            errors.check(rule.getExitCodes() != null, at + "[].exitCodes", "is required");
            if (rule.getExitCodes() != null) {
                errors.oneOf(
                        rule.getExitCodes().getOperator(),
                        List.of("In", "NotIn"),
                        at + "[].exitCodes.operator");
                errors.check(
                        rule.getExitCodes().getValues().size() <= MOST_EXIT_CODES,
                        at + "[].exitCodes.values",
                        "at most " + MOST_EXIT_CODES + " are allowed");
            }
        }
    }

    private void security(@Nullable SecurityContext context, String path) {
        if (context == null) {
            return;
        }
        PodValidation.id(context.getRunAsUser(), path + ".runAsUser", errors);
        PodValidation.id(context.getRunAsGroup(), path + ".runAsGroup", errors);
        errors.oneOf(context.getProcMount(), List.of("Default", "Unmasked"), path + ".procMount");
        errors.check(
                !"Unmasked".equals(context.getProcMount())
                        || Boolean.FALSE.equals(spec.getHostUsers()),
                path + ".procMount",
                "Unmasked needs hostUsers false");
        errors.check(
                !(Boolean.FALSE.equals(context.getAllowPrivilegeEscalation())
                        && Boolean.TRUE.equals(context.getPrivileged())),
                path,
                "allowPrivilegeEscalation cannot be false in a privileged container");
    }
}
