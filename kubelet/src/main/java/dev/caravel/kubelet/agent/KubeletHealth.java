package dev.caravel.kubelet.agent;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.daemon.http.HttpServer;
import dev.caravel.daemon.http.HttpServerSettings;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.HealthzHandler;
import dev.caravel.kubelet.observe.RuntimeView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The questions that {@code /healthz} on both ports and systemd's watchdog ask, with upstream's
 * names (contract §3). Asked from the first moment; what does not run yet is not unhealthy.
 */
final class KubeletHealth {

    private static final Duration SHORTEST_LIMIT = Duration.ofMinutes(2);

    private final Duration limit;
    private volatile Optional<RuntimeView> view = Optional.empty();

    KubeletHealth(KubeletConfiguration config) {
        Duration twice = config.syncFrequency().multipliedBy(2);
        this.limit = twice.compareTo(SHORTEST_LIMIT) > 0 ? twice : SHORTEST_LIMIT;
    }

    /** From now on the loop that looks at the runtime has to make progress. */
    void follow(RuntimeView running) {
        view = Optional.of(running);
    }

    List<HealthCheck> checks() {
        return List.of(
                HealthCheck.PING,
                // A line is written when it is logged; there is no flush that could come late.
                new HealthCheck("log", Optional::empty),
                new HealthCheck("syncloop", this::syncLoop));
    }

    private Optional<String> syncLoop() {
        return view.map(RuntimeView::sinceRelist)
                .filter(since -> since.compareTo(limit) > 0)
                .map(_ -> "sync Loop took longer than expected");
    }

    /**
     * Serves {@code /healthz} without TLS where the configuration says; empty when it says not to.
     */
    Optional<HttpServer> serve(KubeletConfiguration config) throws IOException {
        if (config.healthzPort() == 0) {
            return Optional.empty();
        }
        var address = new InetSocketAddress(config.healthzBindAddress(), config.healthzPort());
        return Optional.of(
                HttpServer.start(
                        HttpServerSettings.of("healthz", address, Optional.empty()),
                        new HealthzHandler("healthz", checks()).addTo(Routes.none())));
    }
}
