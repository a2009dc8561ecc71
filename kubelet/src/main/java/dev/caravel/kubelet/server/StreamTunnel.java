package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Duplex;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.run.NamedThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an upgraded connection (SPDY or WebSocket) on to the runtime's streaming server, byte for
 * byte (contract §3.2). What is spoken inside is no business of the kubelet's.
 */
final class StreamTunnel {

    private static final Logger log = LoggerFactory.getLogger(StreamTunnel.class);

    /** The protocol of port-forward inside a WebSocket: SPDY in binary messages (KEP-4006). */
    static final String TUNNELLED = "SPDY/3.1+portforward.k8s.io";

    private static final String PORT_FORWARD = "portforward.k8s.io";

    /**
     * How long the other side may go on once one has ended: for the runtime to say how a command
     * ended, for the client to read the last bytes.
     */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private static final int BLOCK = 32 << 10;

    private StreamTunnel() {}

    /** Whether the client wants to leave HTTP. */
    static boolean asksForUpgrade(HttpExchange x) {
        return x.headers().hasToken("Connection", "Upgrade")
                && x.headers().first("Upgrade").isPresent();
    }

    /** Joins client and runtime until both directions have ended; answers 502 if it cannot. */
    static void join(HttpExchange x, URI target) throws IOException, InterruptedException {
        RuntimeStream opened;
        try {
            opened = RuntimeStream.asAsked(x, target);
        } catch (IOException e) {
            noAnswer(x);
            return;
        }
        try (RuntimeStream runtime = opened) {
            if (runtime.answer().status() != 101) {
                runtime.refuse(x);
                return;
            }
            try (Duplex client = x.upgrade(runtime.answer().forClient())) {
                pass(client, runtime);
            }
        }
    }

    /** Joins a client that speaks SPDY inside a WebSocket with a runtime that knows only SPDY. */
    static void joinTunnelled(HttpExchange x, URI target) throws IOException, InterruptedException {
        String problem = WebSocket.problem(x).orElse("");
        if (!problem.isEmpty()) {
            x.respondText(400, problem + "\n");
            return;
        }
        RuntimeStream opened;
        try {
            opened = RuntimeStream.spdy(target, List.of(PORT_FORWARD));
        } catch (IOException e) {
            noAnswer(x);
            return;
        }
        try (RuntimeStream runtime = opened) {
            if (runtime.answer().status() != 101) {
                runtime.refuse(x);
                return;
            }
            try (WebSocket client = WebSocket.accept(x, TUNNELLED)) {
                pass(client.asBytes(), runtime);
            }
        }
    }

    private static void noAnswer(HttpExchange x) throws IOException {
        x.respondText(502, "the container runtime's streaming server gave no answer\n");
    }

    private static void pass(Duplex client, RuntimeStream runtime)
            throws IOException, InterruptedException {
        Thread down = NamedThreads.start("stream/down", () -> copyDown(client, runtime));
        Thread up = NamedThreads.start("stream/up", () -> copyUp(client, runtime, down));
        down.join();
        // Closing while the client still sends would make the kernel throw away what the
        // client has not read yet: it is given time to hang up first.
        up.join(FAREWELL);
    }

    private static void copyUp(Duplex client, RuntimeStream runtime, Thread down) {
        try {
            try {
                copy(client.input(), runtime.socket().getOutputStream());
                runtime.socket().shutdownOutput();
            } catch (IOException e) {
                log.debug("Stream to the runtime ended: {}", e.toString());
                // The runtime takes nothing more but may still have something to say; what the
                // client sends meanwhile goes nowhere.
                client.input().transferTo(OutputStream.nullOutputStream());
            }
            // A client that is gone looks like one that has only ended its direction, and a
            // runtime may not care about that: the session ends in any case.
            if (!down.join(FAREWELL)) {
                log.debug("The client has ended and the runtime has not; closing both");
            }
        } catch (IOException e) {
            log.debug("Stream from the client ended: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            runtime.close();
            client.close();
        }
    }

    private static void copyDown(Duplex client, RuntimeStream runtime) {
        try {
            copy(runtime.socket().getInputStream(), client.output());
            client.shutdownOutput();
        } catch (IOException e) {
            log.debug("Stream to the client ended: {}", e.toString());
            client.close();
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            out.write(block, 0, n);
            out.flush();
        }
    }
}
