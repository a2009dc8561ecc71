package dev.caravel.cri.grpc;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.Bytes;
import dev.caravel.cri.ExecRequest;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RestoredPod;
import dev.caravel.proto.cri.ExecSyncResponse;
import dev.caravel.proto.cri.RestorePodResponse;
import java.util.HashMap;

/** Commands, streams and restored pods on the wire. */
final class StreamingWire {
    private StreamingWire() {}

    static ExecResult read(ExecSyncResponse answer) {
        return new ExecResult(
                answer.getExitCode(),
                Bytes.copyOf(answer.getStdout().asReadOnlyByteBuffer()),
                Bytes.copyOf(answer.getStderr().asReadOnlyByteBuffer()));
    }

    static dev.caravel.proto.cri.ExecRequest toWire(ExecRequest request) {
        return dev.caravel.proto.cri.ExecRequest.newBuilder()
                .setContainerId(request.containerId())
                .addAllCmd(request.command())
                .setTty(request.tty())
                .setStdin(request.stdin())
                .setStdout(request.stdout())
                .setStderr(request.stderr())
                .build();
    }

    static dev.caravel.proto.cri.AttachRequest toWire(AttachRequest request) {
        return dev.caravel.proto.cri.AttachRequest.newBuilder()
                .setContainerId(request.containerId())
                .setTty(request.tty())
                .setStdin(request.stdin())
                .setStdout(request.stdout())
                .setStderr(request.stderr())
                .build();
    }

    static RestoredPod read(RestorePodResponse answer) {
        var containers = new HashMap<String, String>();
        answer.getRestoredContainersList()
                .forEach(c ->
                        containers.put(
                                Answer.present("container name", c.getName()),
                                Answer.id("container_id", c.getContainerId())));
        return new RestoredPod(Answer.id("pod_sandbox_id", answer.getPodSandboxId()), containers);
    }
}
