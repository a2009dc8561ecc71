package dev.caravel.kubelet.server;

import dev.caravel.config.gates.FeatureGates;
import dev.caravel.config.gates.Gate;
import dev.caravel.config.kubelet.KubeletConfiguration;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.metrics.Metrics;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.HealthzHandler;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.zpages.Flagz;
import dev.caravel.daemon.zpages.Statusz;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.status.StatusPublisher;
import dev.caravel.linux.fs.KernelFiles;
import dev.caravel.linux.fs.SafeFiles;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Which path leads where, on the HTTPS API and on the read-only port (contract §3). */
public final class ServerRoutes implements AutoCloseable {

    private static final Path VAR_LOG = Path.of("/var/log");
    private static final String COMPONENT = "kubelet";

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
     * @param flags the command line, for {@code /flagz}
     * @param json writes API objects
     * @param checkpoints where archives of containers go
     * @param checks of {@code /healthz}
     * @param measured paths below {@code /metrics} and {@code /stats}, served on both ports
     * @param verbosity changes the verbosity of the log
     */
    public record Sources(
            KubeletConfiguration config,
            FeatureGates gates,
            Map<String, String> flags,
            PodStore store,
            RuntimeView view,
            StatusPublisher statuses,
            ContainerRuntime runtime,
            Function<Object, String> json,
            Path checkpoints,
            List<HealthCheck> checks,
            Routes measured,
            SafeFiles files,
            Metrics metrics,
            IntConsumer verbosity,
            Ticks ticks) {
        public Sources {
            checks = List.copyOf(checks);
            flags = Map.copyOf(flags);
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
                        .addTo(GoPaths.service(measured(s.measured), "/pods", get(pods::desired)));
        all = s.config.enableDebuggingHandlers() ? debug(s, pods) : withoutDebug(base);
    }

    private static Routes measured(Routes measured) {
        Routes all = GoPaths.folder(measured, "/stats/", GoPaths::notFound);
        return measured.find("/stats/summary")
                .map(summary -> GoPaths.service(all, "/stats/summary", summary.handler()))
                .orElse(all);
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
        Checkpoints checkpoints =
                new Checkpoints(s.store, s.view, s.runtime, s.checkpoints, s.ticks);
        Routes more = new StreamEndpoints(s.store, s.view, s.runtime, webSockets(s)).in(base);
        more = GoPaths.below(more, "/containerLogs/", Set.of(3), get(logs::handle));
        more = more.with("/configz", x -> configz(x, config));
        more = GoPaths.folder(more, "/runningpods/", only("/runningpods/", get(pods::running)));
        more = GoPaths.folder(more, "/logs/", systemLogs(s));
        if (s.gates.enabled(Gate.ContainerCheckpoint)) {
            HttpHandler save = KubeletServer.only(Set.of("POST"), checkpoints::handle);
            more = GoPaths.folder(more, "/checkpoint/", GoPaths.with(Set.of(3), save));
        }
        more =
                GoPaths.folder(
                        more,
                        "/debug/pprof/",
                        config.enableProfilingHandler()
                                ? get(ServerRoutes::profile)
                                : disabled("profiling endpoint is disabled."));
        more =
                more.with(
                        "/debug/flags/v",
                        config.enableDebugFlagsHandler()
                                ? new VerbosityHandler(s.verbosity)
                                : disabled("flags endpoint is disabled."));
        return zpages(more, s);
    }

    private static Optional<Consumer<String>> webSockets(Sources s) {
        if (!s.gates.enabled(Gate.ExtendWebSocketsToKubelet)) {
            return Optional.empty();
        }
        Counter sessions =
                s.metrics.counter(
                        "kubelet_websocket_streaming_requests_total",
                        "[ALPHA] Number of WebSocket streaming requests handled by the kubelet.",
                        "subresource");
        return Optional.of(subresource -> sessions.labelValues(subresource).inc());
    }

    /** Last, so that everything else is listed. */
    private static Routes zpages(Routes routes, Sources s) {
        Routes more = routes;
        if (s.gates.enabled(Gate.ComponentFlagz)) {
            more = more.with("/flagz", Flagz.of(COMPONENT, s.flags));
        }
        if (s.gates.enabled(Gate.ComponentStatusz)) {
            Instant started = ProcessHandle.current().info().startInstant().orElseGet(s.ticks::now);
            more = more.with("/statusz", Statusz.of(COMPONENT, started, more, s.ticks));
        }
        return more;
    }

    /** Profiles are of a Go process, and there is none here; a command line has every process. */
    private static void profile(HttpExchange x) throws IOException {
        switch (x.path()) {
            case "/debug/pprof/" -> GoPaths.notFound(x);
            case "/debug/pprof/cmdline" ->
                    x.respondText(200, KernelFiles.read(Path.of("/proc/self/cmdline")));
            default -> x.respondText(404, "Unknown profile\n");
        }
    }

    private static HttpHandler systemLogs(Sources s) {
        if (!s.config.enableSystemLogHandler()) {
            return disabled("logs endpoint is disabled.");
        }
        SystemLogs files = new SystemLogs(s.files, VAR_LOG);
        NodeLogs services = new NodeLogs(files, s.ticks);
        return get(s.config.enableSystemLogQuery() ? services::handle : files::handle);
    }

    private static Routes withoutDebug(Routes base) {
        Routes all = base;
        for (String path : DEBUG_PATHS) {
            all = GoPaths.folder(all, path, disabled("Debug endpoints are disabled."));
        }
        return all;
    }

    private static HttpHandler get(HttpHandler handler) {
        return KubeletServer.only(Set.of("GET"), handler);
    }

    private static HttpHandler only(String path, HttpHandler handler) {
        return x -> {
            if (x.path().equals(path)) {
                handler.handle(x);
            } else {
                GoPaths.notFound(x);
            }
        };
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
