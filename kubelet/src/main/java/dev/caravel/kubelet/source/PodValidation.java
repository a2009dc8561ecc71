package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API server's checks of a new pod, as far as this node would stumble over what they refuse.
 * For static pods, which no API server has seen (contract §5.2).
 */
final class PodValidation {
    private static final List<String> RESTART = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final List<String> EFFECTS =
            List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private final FieldErrors errors;
    private final PodSpec spec;

    private PodValidation(PodSpec spec, FieldErrors errors) {
        this.spec = spec;
        this.errors = errors;
    }

    /** Notes everything that is wrong with a pod whose defaults are filled in. */
    static void check(Pod pod, FieldErrors errors) {
        metadata(pod.getMetadata(), errors);
        new PodValidation(pod.getSpec(), errors).spec();
    }

    private static void metadata(ObjectMeta meta, FieldErrors errors) {
        errors.check(
                Rfc1123.isSubdomain(meta.getName()),
                "metadata.name",
                "is '" + meta.getName() + "', must be a DNS subdomain name");
        errors.label(meta.getNamespace(), "metadata.namespace");
        errors.check(
                Rfc1123.isUid(meta.getUid()),
                "metadata.uid",
                "is '" + meta.getUid() + "', cannot be used as a folder name");
        labels(meta.getLabels(), "metadata.labels", errors);
        if (meta.getAnnotations() != null) {
            meta.getAnnotations()
                    .keySet()
                    .forEach(key ->
                            errors.check(
                                    LabelSyntax.isKey(key.toLowerCase(java.util.Locale.ROOT)),
                                    "metadata.annotations",
                                    "'" + key + "' is no valid key"));
        }
    }

    private static void labels(
            @Nullable Map<String, String> labels, String path, FieldErrors errors) {
        if (labels == null) {
            return;
        }
        labels.forEach((key, value) -> {
            errors.check(LabelSyntax.isKey(key), path, "'" + key + "' is no valid key");
            errors.check(
                    LabelSyntax.isValue(value),
                    path + "." + key,
                    "'" + value + "' is no valid label value");
        });
    }

    private void spec() {
        errors.oneOf(spec.getRestartPolicy(), RESTART, "spec.restartPolicy");
        errors.oneOf(spec.getDnsPolicy(), DNS, "spec.dnsPolicy");
        labels(spec.getNodeSelector(), "spec.nodeSelector", errors);
        errors.check(
                spec.getEphemeralContainers().isEmpty(),
                "spec.ephemeralContainers",
                "cannot be set on create");
        errors.check(
                spec.getSchedulingGates().isEmpty(),
                "spec.schedulingGates",
                "a static pod is never scheduled");
        Long deadline = spec.getActiveDeadlineSeconds();
        errors.check(
                deadline == null || (deadline >= 1 && deadline <= Integer.MAX_VALUE),
                "spec.activeDeadlineSeconds",
                "is " + deadline + ", must be between 1 and 2147483647");
        optionalLabel(spec.getHostname(), "spec.hostname");
        optionalLabel(spec.getSubdomain(), "spec.subdomain");
        namespaces();
        security(spec.getSecurityContext());
        dns(spec.getDnsConfig());
        hostAliases();
        tolerations();
        if (spec.getOverhead() != null) {
            spec.getOverhead()
                    .forEach((name, amount) -> errors.amount(amount, "spec.overhead." + name));
        }
        Set<String> volumes = VolumeValidation.check(spec.getVolumes(), errors);
        containers(volumes);
    }

    private void namespaces() {
        boolean hostPid = Boolean.TRUE.equals(spec.getHostPID());
        errors.check(
                !(hostPid && Boolean.TRUE.equals(spec.getShareProcessNamespace())),
                "spec.shareProcessNamespace",
                "cannot be true together with hostPID");
        if (!Boolean.FALSE.equals(spec.getHostUsers())) {
            return;
        }
        errors.check(
                !Boolean.TRUE.equals(spec.getHostNetwork()),
                "spec.hostNetwork",
                "cannot be true when hostUsers is false");
        errors.check(!hostPid, "spec.hostPID", "cannot be true when hostUsers is false");
        errors.check(
                !Boolean.TRUE.equals(spec.getHostIPC()),
                "spec.hostIPC",
                "cannot be true when hostUsers is false");
    }

    private void security(@Nullable PodSecurityContext context) {
        if (context == null) {
            return;
        }
        String path = "spec.securityContext";
        id(context.getRunAsUser(), path + ".runAsUser", errors);
        id(context.getRunAsGroup(), path + ".runAsGroup", errors);
        id(context.getFsGroup(), path + ".fsGroup", errors);
        context.getSupplementalGroups().forEach(g -> id(g, path + ".supplementalGroups", errors));
        errors.oneOf(
                context.getFsGroupChangePolicy(),
                List.of("OnRootMismatch", "Always"),
                path + ".fsGroupChangePolicy");
        Set<String> names = new HashSet<>();
        context.getSysctls()
                .forEach(sysctl -> {
                    errors.required(sysctl.getName(), path + ".sysctls[].name");
                    errors.check(
                            sysctl.getName() == null
                                    || names.add(sysctl.getName().replace('/', '.')),
                            path + ".sysctls",
                            "'" + sysctl.getName() + "' appears twice");
                });
    }

    /** User and group numbers as the kernel takes them. */
    static void id(@Nullable Long id, String path, FieldErrors errors) {
        errors.check(
                id == null || (id >= 0 && id <= Integer.MAX_VALUE),
                path,
                "is " + id + ", must be between 0 and 2147483647");
    }

    private void dns(@Nullable PodDNSConfig config) {
        String path = "spec.dnsConfig";
        if ("None".equals(spec.getDnsPolicy())) {
            errors.check(
                    config != null && !config.getNameservers().isEmpty(),
                    path + ".nameservers",
                    "at least one is required when dnsPolicy is None");
        }
        if (config == null) {
            return;
        }
        errors.check(
                config.getNameservers().size() <= 3, path + ".nameservers", "at most 3 are used");
        config.getNameservers()
                .forEach(server ->
                        errors.check(
                                isAddress(server),
                                path + ".nameservers",
                                "'" + server + "' is no IP address"));
        errors.check(config.getSearches().size() <= 32, path + ".searches", "at most 32 are used");
        errors.check(
                String.join(" ", config.getSearches()).length() <= 2048,
                path + ".searches",
                "at most 2048 characters are used");
        config.getOptions()
                .forEach(option -> errors.required(option.getName(), path + ".options[].name"));
    }

    private void hostAliases() {
        for (HostAlias alias : spec.getHostAliases()) {
            errors.check(
                    isAddress(alias.getIp()),
                    "spec.hostAliases",
                    "'" + alias.getIp() + "' is no IP address");
            alias.getHostnames()
                    .forEach(name ->
                            errors.check(
                                    Rfc1123.isSubdomain(name),
                                    "spec.hostAliases",
                                    "'" + name + "' is no host name"));
        }
    }

    private void tolerations() {
        List<Toleration> tolerations = spec.getTolerations();
        for (int i = 0; i < tolerations.size(); i++) {
            Toleration t = tolerations.get(i);
            String path = "spec.tolerations[" + i + "]";
            boolean exists = "Exists".equals(t.getOperator());
            errors.oneOf(t.getOperator(), List.of("", "Equal", "Exists"), path + ".operator");
            errors.oneOf(emptyAsNull(t.getEffect()), EFFECTS, path + ".effect");
            String key = emptyAsNull(t.getKey());
            errors.check(
                    key == null || LabelSyntax.isKey(key),
                    path + ".key",
                    "'" + key + "' is no valid key");
            errors.check(key != null || exists, path + ".operator", "must be Exists without a key");
            errors.check(
                    !exists || emptyAsNull(t.getValue()) == null,
                    path + ".value",
                    "must be empty when the operator is Exists");
            errors.check(
                    t.getTolerationSeconds() == null || "NoExecute".equals(t.getEffect()),
                    path + ".effect",
                    "must be NoExecute when tolerationSeconds is set");
        }
    }

    private void containers(Set<String> volumes) {
        ContainerValidation containers = new ContainerValidation(spec, volumes, errors);
        List<Container> regular = spec.getContainers();
        errors.check(!regular.isEmpty(), "spec.containers", "at least one is required");
        Set<String> names = new HashSet<>();
        Set<String> hostPorts = new HashSet<>();
        for (int i = 0; i < regular.size(); i++) {
            String path = "spec.containers[" + i + "]";
            containers.regular(regular.get(i), path);
            containers.unique(regular.get(i), names, path);
            containers.hostPorts(regular.get(i), hostPorts, path);
        }
        for (int i = 0; i < spec.getInitContainers().size(); i++) {
            Container init = spec.getInitContainers().get(i);
            String path = "spec.initContainers[" + i + "]";
            containers.init(init, path);
            containers.unique(init, names, path);
            containers.hostPorts(init, new HashSet<>(), path);
        }
    }

    private void optionalLabel(@Nullable String value, String path) {
        if (emptyAsNull(value) != null) {
            errors.label(value, path);
        }
    }

    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    static boolean isAddress(@Nullable String text) {
        if (text == null || text.indexOf('%') >= 0) {
            return false;
        }
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
