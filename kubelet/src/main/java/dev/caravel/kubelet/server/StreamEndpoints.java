package dev.caravel.kubelet.server;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ExecRequest;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.Routes;
import dev.caravel.kubelet.desired.PodStore;
import dev.caravel.kubelet.observe.ObservedContainer;
import dev.caravel.kubelet.observe.ObservedSandbox;
import dev.caravel.kubelet.observe.RuntimeView;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * exec, attach, port-forward and run: finds the container, asks the runtime for a stream, joins the
 * two (contract §3.2).
 */
final class StreamEndpoints {

    private static final Set<String> METHODS = Set.of("GET", "POST");

    /** Segments behind the verb: namespace, pod, perhaps its UID, container. */
    private static final Set<Integer> OF_CONTAINER = Set.of(3, 4);

    private static final Set<Integer> OF_POD = Set.of(2, 3);

    /** How long the runtime keeps the URL of a stream nobody has come for. */
    private static final String RETRY_AFTER_SECONDS = "60";

    private final PodStore store;
    private final RuntimeView view;
    private final ContainerRuntime runtime;
    private final Optional<Consumer<String>> webSockets;

    /**
     * @param webSockets is told the subresource of each session whose WebSocket ends here; empty
     *     when all are passed on to the runtime
     */
    StreamEndpoints(
            PodStore store,
            RuntimeView view,
            ContainerRuntime runtime,
            Optional<Consumer<String>> webSockets) {
        this.store = store;
        this.view = view;
        this.runtime = runtime;
        this.webSockets = webSockets;
    }

    /** Adds the paths. */
    Routes in(Routes routes) {
        Routes all =
                GoPaths.below(
                        routes,
                        "/exec/",
                        OF_CONTAINER,
                        KubeletServer.only(METHODS, x -> streams(x, this::exec)));
        all =
                GoPaths.below(
                        all,
                        "/attach/",
                        OF_CONTAINER,
                        KubeletServer.only(METHODS, x -> streams(x, this::attach)));
        all =
                GoPaths.below(
                        all, "/run/", OF_CONTAINER, KubeletServer.only(Set.of("POST"), this::run));
        return GoPaths.below(
                all, "/portForward/", OF_POD, KubeletServer.only(METHODS, this::portForward));
    }

    /** A running container of a pod. */
    private record Target(DesiredPod pod, PodContainer spec, String id) {}

    private interface UrlSource {
        String url(HttpExchange x, Target target, WantedStreams streams);
    }

    private void streams(HttpExchange x, UrlSource source)
            throws IOException, InterruptedException {
        Optional<WantedStreams> streams = WantedStreams.of(x.query());
        if (streams.isEmpty()) {
            x.respondText(400, "you must specify at least 1 of stdin, stdout, stderr");
            return;
        }
        Optional<Target> target = target(x);
        if (target.isPresent() && upgrades(x)) {
            String url;
            try {
                url = source.url(x, target.get(), streams.get());
            } catch (RuntimeCallException e) {
                refuse(x, e);
                return;
            }
            if (webSockets.isPresent() && ExecTranslator.isAskedFor(x)) {
                webSockets.get().accept(Subresources.segment(x.path()));
                ExecTranslator.join(x, URI.create(url), streams.get());
            } else {
                StreamTunnel.join(x, URI.create(url));
            }
        }
    }

    private String exec(HttpExchange x, Target target, WantedStreams s) {
        List<String> command = x.query().all("command");
        return runtime.exec(
                new ExecRequest(target.id, command, s.tty(), s.stdin(), s.stdout(), s.stderr()));
    }

    /** Whether there is a terminal was settled when the container started. */
    private String attach(HttpExchange x, Target target, WantedStreams s) {
        boolean tty = Boolean.TRUE.equals(target.spec.spec().getTty());
        return runtime.attach(
                new AttachRequest(target.id, tty, s.stdin(), s.stdout(), s.stderr() && !tty));
    }

    private void run(HttpExchange x) throws IOException {
        Optional<Target> target = target(x);
        if (target.isEmpty()) {
            return;
        }
        List<String> command = List.of(x.query().first("cmd").orElse("").split(" ", -1));
        ExecResult result;
        try {
            result = runtime.execSync(target.get().id, command, Duration.ZERO);
        } catch (RuntimeCallException e) {
            x.respondText(500, e.detail());
            return;
        }
        if (result.exitCode() != 0) {
            x.respondText(
                    500,
                    "command '%s' exited with %d: %s"
                            .formatted(
                                    String.join(" ", command),
                                    result.exitCode(),
                                    new String(result.stderr().toArray(), StandardCharsets.UTF_8)));
            return;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(result.stdout().toArray());
        body.write(result.stderr().toArray());
        x.respond(200, "application/json", body.toByteArray());
    }

    private void portForward(HttpExchange x) throws IOException, InterruptedException {
        boolean tunnelled =
                webSockets.isPresent()
                        && WebSocket.isAskedFor(x)
                        && WebSocket.protocols(x).contains(StreamTunnel.TUNNELLED);
        List<Integer> ports;
        try {
            ports = tunnelled ? List.of() : ForwardedPorts.of(x.headers(), x.query());
        } catch (IllegalArgumentException e) {
            x.respondText(400, String.valueOf(e.getMessage()));
            return;
        }
        List<String> path = GoPaths.segments(x);
        Optional<DesiredPod> pod = store.byFullName(path.get(1) + "/" + path.get(2));
        if (pod.isEmpty()) {
            x.respondText(404, "pod does not exist");
            return;
        }
        if (path.size() == 4 && !isUid(pod.get(), path.get(3))) {
            x.respondText(404, "pod not found");
            return;
        }
        Optional<ObservedSandbox> sandbox =
                view.of(pod.get().ref().uid()).newestSandbox().filter(ObservedSandbox::ready);
        if (sandbox.isEmpty()) {
            x.respondText(500, "pod not found (\"%s_%s\")".formatted(path.get(2), path.get(1)));
            return;
        }
        if (!upgrades(x)) {
            return;
        }
        String url;
        try {
            url = runtime.portForward(sandbox.get().id(), ports);
        } catch (RuntimeCallException e) {
            refuse(x, e);
            return;
        }
        if (tunnelled) {
            webSockets.orElseThrow().accept("portforward");
            StreamTunnel.joinTunnelled(x, URI.create(url));
        } else {
            StreamTunnel.join(x, URI.create(url));
        }
    }

    /** The container of {@code /verb/namespace/pod[/uid]/container}; answers when there is none. */
    private Optional<Target> target(HttpExchange x) throws IOException {
        List<String> path = GoPaths.segments(x);
        Optional<DesiredPod> found = store.byFullName(path.get(1) + "/" + path.get(2));
        if (found.isEmpty()) {
            x.respondText(404, "pod does not exist");
            return Optional.empty();
        }
        DesiredPod pod = found.get();
        String name = path.getLast();
        boolean known = path.size() == 4 || path.get(3).isEmpty() || isUid(pod, path.get(3));
        Optional<PodContainer> spec = PodContainer.byName(pod.pod(), name).filter(_ -> known);
        Optional<ObservedContainer> container =
                view.of(pod.ref().uid()).newest(name).filter(ObservedContainer::isRunning);
        if (spec.isEmpty() || container.isEmpty()) {
            x.respondText(500, "container not found (\"" + name + "\")");
            return Optional.empty();
        }
        return Optional.of(new Target(pod, spec.get(), container.get().id()));
    }

    /** People know a static pod by the UID of its mirror. */
    private boolean isUid(DesiredPod pod, String uid) {
        return pod.ref().uid().equals(uid)
                || store.mirrorOf(pod.ref().fullName())
                        .filter(m -> uid.equals(m.getMetadata().getUid()))
                        .isPresent();
    }

    /** Nothing is asked of the runtime for somebody who could not be joined to it. */
    private static boolean upgrades(HttpExchange x) throws IOException {
        if (StreamTunnel.asksForUpgrade(x)) {
            return true;
        }
        x.respondText(500, "Upgrade request required\n");
        return false;
    }

    private static void refuse(HttpExchange x, RuntimeCallException e) throws IOException {
        int status =
                switch (e.code()) {
                    case NOT_FOUND -> 404;
                    case RESOURCE_EXHAUSTED -> 429;
                    default -> 500;
                };
        if (status == 429) {
            x.addHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        x.respondText(status, e.detail());
    }
}
