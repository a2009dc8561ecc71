package dev.caravel.kubelet.agent;

import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.explain.ExplainSocket;
import dev.caravel.kubelet.explain.Explainer;
import dev.caravel.kubelet.explain.RecentTroubles;
import dev.caravel.kubelet.worker.Explanation;
import dev.caravel.kubelet.worker.PodWorkers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code caravel explain} put together. */
final class ExplainParts {

    private static final Logger log = LoggerFactory.getLogger(ExplainParts.class);

    private ExplainParts() {}

    /** Without its socket the kubelet works as well, so that is no reason not to start. */
    static AutoCloseable start(
            Path rootDir,
            String nodeName,
            PodWorkers workers,
            RecentTroubles troubles,
            Ticks ticks) {
        Explainer.Pods pods =
                new Explainer.Pods() {
                    @Override
                    public List<Explanation> all() {
                        return workers.explainAll();
                    }

                    @Override
                    public List<PodWorkers.Gone> gone() {
                        return workers.gone();
                    }
                };
        try {
            return ExplainSocket.open(rootDir, new Explainer(pods, troubles, nodeName, ticks));
        } catch (IOException e) {
            log.warn("`caravel explain` will not work: {}", e.getMessage());
            return () -> {};
        }
    }
}
