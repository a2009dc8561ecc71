package dev.caravel.kubelet.server;

import dev.caravel.cri.AttachRequest;
import dev.caravel.cri.ContainerRuntime;
import dev.caravel.cri.ExecRequest;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.Query;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * exec, attach, port-forward and run: finds the container, asks the runtime for a stream, joins the
 * two.
 */
public final class StreamEndpoints {

    private static final Set<String> METHODS = Set.of("GET", "POST");

    private final PodStore store;
    private final RuntimeView view;
    private final ContainerRuntime runtime;

    public StreamEndpoints(PodStore store, RuntimeView view, ContainerRuntime runtime) {
        this.store = store;
        this.view = view;
        this.runtime = runtime;
    }

    /** Adds the paths. */
    public Routes in(Routes routes) {
        return routes.with("/exec/", KubeletServer.only(METHODS, x -> inContainer(x, this::exec)))
                .with("/attach/", KubeletServer.only(METHODS, x -> inContainer(x, this::attach)))
                .with("/run/", KubeletServer.only(Set.of("POST"), x -> inContainer(x, this::run)))
                .with("/portForward/", KubeletServer.only(METHODS, this::portForward));
    }

    private interface InContainer {
        void handle(HttpExchange x, PodContainer spec, String containerId)
                throws IOException, InterruptedException;
    }

    private void inContainer(HttpExchange x, InContainer handler)
            throws IOException, InterruptedException {
        List<String> path = List.of(x.path().substring(1).split("/", -1));
        if (path.size() < 4 || path.size() > 5) {
            x.respondText(404, "404 page not found\n");
            return;
        }
        String name = path.getLast();
        Optional<DesiredPod> pod = store.byFullName(path.get(1) + "/" + path.get(2));
        if (pod.isEmpty()) {
            x.respondText(404, "pod does not exist\n");
            return;
        }
        Optional<PodContainer> spec = PodContainer.byName(pod.get().pod(), name);
        Optional<ObservedContainer> container =
                view.of(pod.get().ref().uid()).newest(name).filter(ObservedContainer::isRunning);
        if (spec.isEmpty() || container.isEmpty()) {
            x.respondText(404, "container not found (\"" + name + "\")\n");
            return;
        }
        try {
            handler.handle(x, spec.get(), container.get().id());
        } catch (RuntimeCallException e) {
            x.respondText(500, e.detail() + "\n");
        }
    }

    private void exec(HttpExchange x, PodContainer spec, String id)
            throws IOException, InterruptedException {
        Streams s = Streams.of(x.query());
        if (!s.any()) {
            x.respondText(400, "you must specify at least 1 of stdin, stdout, stderr\n");
            return;
        }
        List<String> command = x.query().all("command");
        join(x, runtime.exec(new ExecRequest(id, command, s.tty, s.in, s.out, s.err && !s.tty)));
    }

    private void attach(HttpExchange x, PodContainer spec, String id)
            throws IOException, InterruptedException {
        Streams s = Streams.of(x.query());
        if (!s.any()) {
            x.respondText(400, "you must specify at least 1 of stdin, stdout, stderr\n");
            return;
        }
        boolean tty = Boolean.TRUE.equals(spec.spec().getTty());
        join(x, runtime.attach(new AttachRequest(id, tty, s.in, s.out, s.err && !tty)));
    }

    private void run(HttpExchange x, PodContainer spec, String id) throws IOException {
        List<String> command = List.of(x.query().first("cmd").orElse("").split(" ", -1));
        ExecResult result = runtime.execSync(id, command, Duration.ZERO);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(result.stdout().toArray());
        body.write(result.stderr().toArray());
        x.respond(
                result.exitCode() == 0 ? 200 : 500,
                "text/plain; charset=utf-8",
                body.toByteArray());
    }

    private void portForward(HttpExchange x) throws IOException, InterruptedException {
        List<String> path = List.of(x.path().substring(1).split("/", -1));
        Optional<DesiredPod> pod =
                path.size() == 3 || path.size() == 4
                        ? store.byFullName(path.get(1) + "/" + path.get(2))
                        : Optional.empty();
        Optional<ObservedSandbox> sandbox =
                pod.flatMap(p -> view.of(p.ref().uid()).newestSandbox())
                        .filter(ObservedSandbox::ready);
        if (sandbox.isEmpty()) {
            x.respondText(404, "pod does not exist\n");
            return;
        }
        try {
            join(x, runtime.portForward(sandbox.get().id(), ports(x.query())));
        } catch (RuntimeCallException e) {
            x.respondText(500, e.detail() + "\n");
        } catch (NumberFormatException e) {
            x.respondText(400, "a port is no number\n");
        }
    }

    private static List<Integer> ports(Query q) {
        List<Integer> ports = new ArrayList<>();
        for (String list : q.all("port")) {
            for (String port : list.split(",", -1)) {
                ports.add(Integer.parseInt(port));
            }
        }
        return ports;
    }

    private static void join(HttpExchange x, String url) throws IOException, InterruptedException {
        StreamTunnel.join(x, URI.create(url));
    }

    /** Which streams are wanted; both spellings are in use. */
    private record Streams(boolean in, boolean out, boolean err, boolean tty) {
        static Streams of(Query q) {
            return new Streams(
                    flag(q, "input") || flag(q, "stdin"),
                    flag(q, "output") || flag(q, "stdout"),
                    flag(q, "error") || flag(q, "stderr"),
                    flag(q, "tty"));
        }

        private static boolean flag(Query q, String name) {
            String v = q.first(name).orElse("");
            return v.equals("1") || v.equals("true");
        }

        boolean any() {
            return in || out || err;
        }
    }
}
