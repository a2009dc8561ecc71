package dev.caravel.kubelet.network;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;

/** The host name and domain of a pod (contract 5.13). */
public final class Hostnames {
    /** The kernel's limit for a name in full (sethostname(2)). */
    private static final int KERNEL_MAX = 64;

    private Hostnames() {}

    /**
     * What a pod is called.
     *
     * @param host without domain, at most 63 characters
     * @param domain empty when the pod has none
     */
    public record Name(String host, String domain) {}

    /**
     * Host name and domain from the spec's {@code hostnameOverride}, or {@code hostname} and {@code
     * subdomain}, or the pod's name.
     *
     * @param clusterDomain e.g. {@code cluster.local}
     * @throws InvalidHostnameException when a name in the spec is no DNS name
     */
    public static Name of(Pod pod, String clusterDomain) throws InvalidHostnameException {
        PodSpec spec = pod.getSpec();
        String override = spec.getHostnameOverride();
        if (override != null) {
            if (!DnsNames.isSubdomain(override)) {
                throw new InvalidHostnameException(
                        "pod HostnameOverride \"" + override + "\" is not a valid DNS subdomain");
            }
            return new Name(cut(pod, override), "");
        }
        String host = pod.getMetadata().getName();
        if (isGiven(spec.getHostname())) {
            if (!DnsNames.isLabel(spec.getHostname())) {
                throw new InvalidHostnameException(
                        "pod Hostname \"" + spec.getHostname() + "\" is not a valid DNS label");
            }
            host = spec.getHostname();
        }
        String domain = "";
        if (isGiven(spec.getSubdomain())) {
            if (!DnsNames.isLabel(spec.getSubdomain())) {
                throw new InvalidHostnameException(
                        "pod Subdomain \"" + spec.getSubdomain() + "\" is not a valid DNS label");
            }
            domain =
                    spec.getSubdomain()
                            + "."
                            + pod.getMetadata().getNamespace()
                            + ".svc."
                            + clusterDomain;
        }
        return new Name(cut(pod, host), domain);
    }

    /**
     * What the kernel calls the pod: the host name, with its domain if {@code setHostnameAsFQDN}.
     *
     * @throws InvalidHostnameException also when the full name does not fit into the kernel
     */
    public static String kernelName(Pod pod, String clusterDomain) throws InvalidHostnameException {
        Name name = of(pod, clusterDomain);
        Boolean full = pod.getSpec().getSetHostnameAsFQDN();
        if (full == null || !full || name.domain().isEmpty()) {
            return name.host();
        }
        String fqdn = name.host() + "." + name.domain();
        if (fqdn.length() > KERNEL_MAX) {
            throw new InvalidHostnameException(
                    "failed to construct FQDN from pod hostname and cluster domain, FQDN "
                            + fqdn
                            + " is too long ("
                            + KERNEL_MAX
                            + " characters is the max, "
                            + fqdn.length()
                            + " characters requested)");
        }
        return fqdn;
    }

    private static String cut(Pod pod, String host) throws InvalidHostnameException {
        if (host.length() <= DnsNames.LABEL_MAX) {
            return host;
        }
        int end = DnsNames.LABEL_MAX;
        while (end > 0 && (host.charAt(end - 1) == '-' || host.charAt(end - 1) == '.')) {
            end--;
        }
        if (end == 0) {
            throw new InvalidHostnameException(
                    "hostname for pod \""
                            + pod.getMetadata().getName()
                            + "\" was invalid: \""
                            + host
                            + "\"");
        }
        return host.substring(0, end);
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isEmpty();
    }
}
