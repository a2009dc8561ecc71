package dev.caravel.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;

/** Which pod: namespace, name and the UID that tells two lives of the same name apart. */
public record PodRef(String namespace, String name, String uid) {

    /** The identity of {@code pod}, whose metadata must carry all three parts. */
    public static PodRef of(Pod pod) {
        return new PodRef(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid());
    }

    /** {@code namespace/name}, as kubectl and the logs print it. */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** {@code name_namespace(uid)}, as events and messages of containers name a pod. */
    public String longName() {
        return name + "_" + namespace + "(" + uid + ")";
    }

    @Override
    public String toString() {
        return fullName();
    }
}
