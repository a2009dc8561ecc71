package dev.caravel.cri.grpc;

import dev.caravel.cri.CgroupDriver;
import dev.caravel.cri.RuntimeConfig;
import dev.caravel.cri.RuntimeStatus;
import dev.caravel.cri.RuntimeVersion;
import dev.caravel.proto.cri.RuntimeConfigResponse;
import dev.caravel.proto.cri.StatusResponse;
import dev.caravel.proto.cri.VersionResponse;
import java.util.Optional;

/** What a runtime says about itself, on the wire. */
final class StatusWire {
    /** Version of the kubelet's side of the contract; the only one there ever was. */
    static final String KUBELET_API_VERSION = "0.1.0";

    private StatusWire() {}

    static RuntimeVersion read(VersionResponse answer) {
        if (!answer.getVersion().equals(KUBELET_API_VERSION)) {
            throw new Answer.Unusable(
                    "the runtime speaks kubelet runtime API \""
                            + answer.getVersion()
                            + "\", needed is "
                            + KUBELET_API_VERSION);
        }
        return new RuntimeVersion(
                answer.getVersion(),
                Answer.id("runtime_name", answer.getRuntimeName()),
                Answer.present("runtime_version", answer.getRuntimeVersion()),
                Answer.present("runtime_api_version", answer.getRuntimeApiVersion()));
    }

    static RuntimeStatus read(StatusResponse answer) {
        if (!answer.hasStatus()) {
            throw new Answer.Unusable("status is not set");
        }
        return new RuntimeStatus(
                answer.getStatus().getConditionsList().stream()
                        .map(c ->
                                new RuntimeStatus.Condition(
                                        c.getType(), c.getStatus(), c.getReason(), c.getMessage()))
                        .toList(),
                answer.getRuntimeHandlersList().stream()
                        .map(h ->
                                new RuntimeStatus.Handler(
                                        h.getName(),
                                        h.getFeatures().getRecursiveReadOnlyMounts(),
                                        h.getFeatures().getUserNamespaces()))
                        .toList(),
                answer.hasFeatures()
                        ? Optional.of(
                                new RuntimeStatus.Features(
                                        answer.getFeatures().getSupplementalGroupsPolicy(),
                                        answer.getFeatures().getUserNamespacesHostNetwork(),
                                        answer.getFeatures().getMountOptions()))
                        : Optional.empty(),
                answer.getInfoMap());
    }

    static RuntimeConfig read(RuntimeConfigResponse answer) {
        if (!answer.hasLinux()) {
            return new RuntimeConfig.NotReported();
        }
        return switch (answer.getLinux().getCgroupDriver()) {
            case SYSTEMD -> new RuntimeConfig.Reported(CgroupDriver.SYSTEMD);
            case CGROUPFS -> new RuntimeConfig.Reported(CgroupDriver.CGROUPFS);
            case UNRECOGNIZED -> new RuntimeConfig.NotReported();
        };
    }
}
