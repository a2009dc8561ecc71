package dev.caravel.kubelet.server;

import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.HealthzHandler;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.status.StatusPublisher;
import dev.caravel.linux.fs.SafeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which path leads where, on the HTTPS API and on the read-only port (contract §3). */
public final class ServerRoutes implements AutoCloseable {

    private static final Set<String> GET = Set.of("GET");
    private static final Path VAR_LOG = Path.of("/var/log");

    private static final List<String> DEBUG_PATHS =
            List.of(
                    "/run/",
                    "/exec/",
                    "/attach/",
                    "/portForward/",
                    "/containerLogs/",
                    "/runningpods/",
                    "/debug/pprof/",
                    "/logs/");

    /**
     * What is served from.
     *
     * @param json writes API objects
     * @param checkpoints where archives of containers go
     * @param checks of {@code /healthz}
     * @param measured paths below {@code /metrics} and {@code /stats}, served on both ports
     */
    public record Sources(
            KubeletConfiguration config,
            PodStore store,
            RuntimeView view,
            StatusPublisher statuses,
            ContainerRuntime runtime,
            Function<Object, String> json,
            Path checkpoints,
            List<HealthCheck> checks,
            Routes measured,
            SafeFiles files,
            Ticks ticks) {
        public Sources {
            checks = List.copyOf(checks);
        }
    }

    private final ContainerLogs logs;
    private final Routes base;
    private final Routes all;

    public ServerRoutes(Sources s) {
        PodEndpoints pods = new PodEndpoints(s.store, s.view, s.statuses, s.json);
        logs =
                new ContainerLogs(
                        s.store,
                        s.view,
                        s.statuses,
                        Path.of(s.config.podLogsDir()),
                        s.files,
                        s.ticks);
        base =
                new HealthzHandler("healthz", s.checks)
                        .addTo(s.measured.with("/pods", get(pods::desired)));
        all = s.config.enableDebuggingHandlers() ? debug(s, pods) : withoutDebug(base);
    }

    /** What everybody may have on the read-only port. */
    Routes base() {
        return base;
    }

    /** Everything. */
    Routes all() {
        return all;
    }

    private Routes debug(Sources s, PodEndpoints pods) {
        KubeletConfiguration config = s.config;
        SystemLogs system = new SystemLogs(s.files, VAR_LOG);
        HttpHandler systemLogs =
                config.enableSystemLogQuery()
                        ? new NodeLogs(system, s.ticks)::handle
                        : system::handle;
        HttpHandler logsHandler =
                config.enableSystemLogHandler()
                        ? get(systemLogs)
                        : disabled("logs endpoint is disabled.");
        Checkpoints checkpoints =
                new Checkpoints(s.store, s.view, s.runtime, s.checkpoints, s.ticks);
        Routes more =
                new StreamEndpoints(s.store, s.view, s.runtime)
                        .in(base)
                        .with("/containerLogs/", get(logs::handle))
                        .with("/configz", get(x -> configz(x, config)))
                        .with("/runningpods/", get(pods::running))
                        .with("/runningpods", get(pods::running))
                        .with("/logs/", logsHandler)
                        .with("/logs", logsHandler)
                        .with(
                                "/checkpoint/",
                                KubeletServer.only(Set.of("POST"), checkpoints::handle));
        // These two report on and steer a Go process; there is none here.
        return more.with("/debug/pprof/", disabled("profiling endpoint is disabled."))
                .with("/debug/flags/v", disabled("flags endpoint is disabled."));
    }

    private static Routes withoutDebug(Routes base) {
        Routes all = base;
        for (String path : DEBUG_PATHS) {
            all = all.with(path, disabled("Debug endpoints are disabled."));
        }
        return all;
    }

    private static HttpHandler get(HttpHandler handler) {
        return KubeletServer.only(GET, handler);
    }

    private static HttpHandler disabled(String text) {
        return x -> x.respondText(405, text + "\n");
    }

    private static void configz(HttpExchange x, KubeletConfiguration config) throws IOException {
        x.respond(
                200,
                "application/json",
                ("{\"kubeletconfig\":" + config.toJson() + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        logs.close();
    }
}
