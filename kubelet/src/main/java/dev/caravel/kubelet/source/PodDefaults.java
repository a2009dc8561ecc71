package dev.caravel.kubelet.source;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills in what the API server would have filled in, since a manifest never passes it (core/v1
 * defaults of 1.37). Changes the pod in place: it was just parsed and nobody else has it yet.
 */
final class PodDefaults {
    private static final int FILE_MODE = 0644;
    private static final long GRACE_SECONDS = 30;
    private static final long TOKEN_SECONDS = 3600;

    private PodDefaults() {}

    static void apply(Pod pod) {
        PodSpec spec = pod.getSpec();
        if (spec.getServiceAccountName() == null || spec.getServiceAccountName().isEmpty()) {
            spec.setServiceAccountName(spec.getServiceAccount());
        }
        spec.setServiceAccount(spec.getServiceAccountName());
        spec.setDnsPolicy(or(spec.getDnsPolicy(), "ClusterFirst"));
        spec.setRestartPolicy(or(spec.getRestartPolicy(), "Always"));
        spec.setSchedulerName(or(spec.getSchedulerName(), "default-scheduler"));
        if (spec.getSecurityContext() == null) {
            spec.setSecurityContext(new PodSecurityContext());
        }
        if (spec.getEnableServiceLinks() == null) {
            spec.setEnableServiceLinks(true);
        }
        Long grace = spec.getTerminationGracePeriodSeconds();
        if (grace == null) {
            spec.setTerminationGracePeriodSeconds(GRACE_SECONDS);
        } else if (grace < 0) {
            spec.setTerminationGracePeriodSeconds(1L);
        }
        boolean hostNetwork = Boolean.TRUE.equals(spec.getHostNetwork());
        spec.getContainers().forEach(c -> container(c, hostNetwork));
        spec.getInitContainers().forEach(c -> container(c, hostNetwork));
        spec.getVolumes().forEach(PodDefaults::volume);
    }

    private static void container(Container c, boolean hostNetwork) {
        c.setImagePullPolicy(or(c.getImagePullPolicy(), pullPolicy(c.getImage())));
        c.setTerminationMessagePath(or(c.getTerminationMessagePath(), "/dev/termination-log"));
        c.setTerminationMessagePolicy(or(c.getTerminationMessagePolicy(), "File"));
        for (ContainerPort port : c.getPorts()) {
            port.setProtocol(or(port.getProtocol(), "TCP"));
            if (hostNetwork && (port.getHostPort() == null || port.getHostPort() == 0)) {
                port.setHostPort(port.getContainerPort());
            }
        }
        if (c.getResources() == null) {
            c.setResources(new ResourceRequirements());
        }
        requests(c.getResources());
        probe(c.getLivenessProbe());
        probe(c.getReadinessProbe());
        probe(c.getStartupProbe());
        if (c.getLifecycle() != null) {
            hook(c.getLifecycle().getPostStart());
            hook(c.getLifecycle().getPreStop());
        }
        for (EnvVar env : c.getEnv()) {
            if (env.getValueFrom() != null) {
                field(env.getValueFrom().getFieldRef());
            }
        }
    }

    /** A limit without a request is its own request. */
    private static void requests(ResourceRequirements resources) {
        if (resources.getLimits() == null) {
            return;
        }
        Map<String, Quantity> requests = new LinkedHashMap<>();
        if (resources.getRequests() != null) {
            requests.putAll(resources.getRequests());
        }
        resources.getLimits().forEach(requests::putIfAbsent);
        resources.setRequests(requests);
    }

    private static void probe(@Nullable Probe probe) {
        if (probe == null) {
            return;
        }
        probe.setTimeoutSeconds(or(probe.getTimeoutSeconds(), 1));
        probe.setPeriodSeconds(or(probe.getPeriodSeconds(), 10));
        probe.setSuccessThreshold(or(probe.getSuccessThreshold(), 1));
        probe.setFailureThreshold(or(probe.getFailureThreshold(), 3));
        http(probe.getHttpGet());
        if (probe.getGrpc() != null && probe.getGrpc().getService() == null) {
            probe.getGrpc().setService("");
        }
    }

    private static void hook(@Nullable LifecycleHandler hook) {
        if (hook != null) {
            http(hook.getHttpGet());
        }
    }

    private static void http(@Nullable HTTPGetAction get) {
        if (get != null) {
            get.setPath(or(get.getPath(), "/"));
            get.setScheme(or(get.getScheme(), "HTTP"));
        }
    }

    private static void field(@Nullable ObjectFieldSelector field) {
        if (field != null) {
            field.setApiVersion(or(field.getApiVersion(), "v1"));
        }
    }

    private static void volume(Volume v) {
        if (VolumeSources.of(v).isEmpty()) {
            v.setEmptyDir(new EmptyDirVolumeSource());
        }
        if (v.getImage() != null) {
            v.getImage()
                    .setPullPolicy(
                            or(
                                    v.getImage().getPullPolicy(),
                                    pullPolicy(v.getImage().getReference())));
        }
        if (v.getHostPath() != null && v.getHostPath().getType() == null) {
            v.getHostPath().setType("");
        }
        if (v.getSecret() != null) {
            v.getSecret().setDefaultMode(or(v.getSecret().getDefaultMode(), FILE_MODE));
        }
        if (v.getConfigMap() != null) {
            v.getConfigMap().setDefaultMode(or(v.getConfigMap().getDefaultMode(), FILE_MODE));
        }
        if (v.getDownwardAPI() != null) {
            v.getDownwardAPI().setDefaultMode(or(v.getDownwardAPI().getDefaultMode(), FILE_MODE));
            files(v.getDownwardAPI().getItems());
        }
        if (v.getProjected() != null) {
            projected(v.getProjected());
        }
        if (v.getIscsi() != null) {
            v.getIscsi().setIscsiInterface(or(v.getIscsi().getIscsiInterface(), "default"));
        }
    }

    private static void projected(ProjectedVolumeSource projected) {
        projected.setDefaultMode(or(projected.getDefaultMode(), FILE_MODE));
        for (VolumeProjection source : projected.getSources()) {
            if (source.getDownwardAPI() != null) {
                files(source.getDownwardAPI().getItems());
            }
            if (source.getServiceAccountToken() != null
                    && source.getServiceAccountToken().getExpirationSeconds() == null) {
                source.getServiceAccountToken().setExpirationSeconds(TOKEN_SECONDS);
            }
        }
    }

    private static void files(List<DownwardAPIVolumeFile> files) {
        files.forEach(f -> field(f.getFieldRef()));
    }

    /** Always for {@code latest}, given or implied; IfNotPresent for another tag or a digest. */
    static String pullPolicy(@Nullable String image) {
        if (image == null) {
            return "IfNotPresent";
        }
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int colon = named.lastIndexOf(':');
        boolean tagged = colon > named.lastIndexOf('/');
        boolean latest = tagged ? named.substring(colon + 1).equals("latest") : at < 0;
        return latest ? "Always" : "IfNotPresent";
    }

    private static String or(@Nullable String value, String fallback) {
        return value == null || value.isEmpty() ? fallback : value;
    }

    private static Integer or(@Nullable Integer value, int fallback) {
        return value == null || value == 0 ? fallback : value;
    }
}
