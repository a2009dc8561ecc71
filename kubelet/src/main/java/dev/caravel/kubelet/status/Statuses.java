package dev.caravel.kubelet.status;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small pieces the status rules share; status objects are never changed in place. */
final class Statuses {
    static final PodStatus EMPTY = new PodStatus();

    private Statuses() {}

    /** The same values in a new object; lists and their elements are shared. */
    static PodStatus copy(PodStatus s) {
        PodStatus copy = new PodStatus();
        copy.setAllocatedResources(s.getAllocatedResources());
        copy.setConditions(s.getConditions());
        copy.setContainerStatuses(s.getContainerStatuses());
        copy.setEphemeralContainerStatuses(s.getEphemeralContainerStatuses());
        copy.setExtendedResourceClaimStatus(s.getExtendedResourceClaimStatus());
        copy.setHostIP(s.getHostIP());
        copy.setHostIPs(s.getHostIPs());
        copy.setInitContainerStatuses(s.getInitContainerStatuses());
        copy.setMessage(s.getMessage());
        copy.setNodeAllocatableResourceClaimStatuses(s.getNodeAllocatableResourceClaimStatuses());
        copy.setNominatedNodeName(s.getNominatedNodeName());
        copy.setObservedGeneration(s.getObservedGeneration());
        copy.setPhase(s.getPhase());
        copy.setPodIP(s.getPodIP());
        copy.setPodIPs(s.getPodIPs());
        copy.setQosClass(s.getQosClass());
        copy.setReason(s.getReason());
        copy.setResize(s.getResize());
        copy.setResourceClaimStatuses(s.getResourceClaimStatuses());
        copy.setResources(s.getResources());
        copy.setStartTime(s.getStartTime());
        copy.setVolumeHealth(s.getVolumeHealth());
        return copy;
    }

    static PodCondition copy(PodCondition c) {
        PodCondition copy = new PodCondition();
        copy.setType(c.getType());
        copy.setStatus(c.getStatus());
        copy.setReason(c.getReason());
        copy.setMessage(c.getMessage());
        copy.setLastProbeTime(c.getLastProbeTime());
        copy.setLastTransitionTime(c.getLastTransitionTime());
        copy.setObservedGeneration(c.getObservedGeneration());
        return copy;
    }

    static @Nullable PodCondition condition(PodStatus status, String type) {
        return condition(status.getConditions(), type);
    }

    static @Nullable PodCondition condition(List<PodCondition> conditions, String type) {
        for (PodCondition c : conditions) {
            if (type.equals(c.getType())) {
                return c;
            }
        }
        return null;
    }

    /** Succeeded and Failed: nothing of the pod will run again. */
    static boolean terminal(@Nullable String phase) {
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** RFC 3339 in UTC and whole seconds, the only form the API server keeps. */
    static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A time as the API server will store it; what is no time stays as it is. */
    static @Nullable String wholeSeconds(@Nullable String time) {
        if (time == null || time.indexOf('.') < 0) {
            return time;
        }
        try {
            return time(Instant.parse(time));
        } catch (DateTimeParseException notATime) {
            return time;
        }
    }
}
