package dev.caravel.linux.cgroup;

import java.util.List;
import java.util.Optional;

/**
 * Names of the groups the kubelet owns (contract §8.1).
 *
 * @param cgroupRoot {@code cgroupRoot} of the configuration; the root of the hierarchy by default
 */
public record KubepodsNames(CgroupName cgroupRoot) {
    private static final String POD = "pod";

    /** The group that holds all pods. */
    public CgroupName kubepods() {
        return cgroupRoot.child("kubepods");
    }

    /** The group of a QoS class; for guaranteed pods that is {@link #kubepods()}. */
    public CgroupName qos(QosClass qos) {
        return switch (qos) {
            case GUARANTEED -> kubepods();
            case BURSTABLE -> kubepods().child("burstable");
            case BEST_EFFORT -> kubepods().child("besteffort");
        };
    }

    /**
     * The group of one pod.
     *
     * @param uid the pod's UID; for static pods the value of the annotation {@code
     *     kubernetes.io/config.hash}
     */
    public CgroupName pod(QosClass qos, String uid) {
        return qos(qos).child(POD + uid);
    }

    /** Which pod a group belongs to, if it is a pod group directly below one of the QoS groups. */
    public Optional<PodCgroup> podOf(CgroupName name) {
        for (QosClass qos : QosClass.values()) {
            List<String> parent = qos(qos).components();
            List<String> components = name.components();
            if (components.size() == parent.size() + 1
                    && components.subList(0, parent.size()).equals(parent)
                    && components.getLast().startsWith(POD)
                    && components.getLast().length() > POD.length()) {
                return Optional.of(
                        new PodCgroup(qos, components.getLast().substring(POD.length()), name));
            }
        }
        return Optional.empty();
    }

    /**
     * A group that holds a pod.
     *
     * @param qos under which QoS group it was found
     * @param uid the pod's UID
     * @param name the group
     */
    public record PodCgroup(QosClass qos, String uid, CgroupName name) {}
}
