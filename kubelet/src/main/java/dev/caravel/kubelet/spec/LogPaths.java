package dev.caravel.kubelet.spec;

import dev.caravel.kubelet.pod.PodRef;
import java.nio.file.Path;

/** Where the runtime writes container logs; log collectors know this layout (contract 9.7). */
public final class LogPaths {
    private LogPaths() {}

    /** {@code <podLogs>/<namespace>_<name>_<uid>}, the log directory of a pod's sandbox. */
    public static Path podDirectory(Path podLogs, PodRef pod) {
        return podLogs.resolve(pod.namespace() + "_" + pod.name() + "_" + pod.uid());
    }

    /** {@code <container>/<restartCount>.log}, relative to the pod's directory. */
    public static String containerLog(String container, int restartCount) {
        return container + "/" + restartCount + ".log";
    }
}
