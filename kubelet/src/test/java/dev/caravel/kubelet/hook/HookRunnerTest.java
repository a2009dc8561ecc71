package dev.caravel.kubelet.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.caravel.cri.Bytes;
import dev.caravel.cri.ExecResult;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.RecordedEvents;
import dev.caravel.kubelet.hook.HookOutcome.Done;
import dev.caravel.kubelet.hook.HookOutcome.Failed;
import dev.caravel.kubelet.hook.HookOutcome.OutOfTime;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HookRunnerTest {
    private final RecordedEvents events = new RecordedEvents();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    requests.add(
                            exchange.getRequestURI()
                                    + " "
                                    + headers.getFirst("User-Agent")
                                    + " "
                                    + headers.getFirst("Authorization"));
                    int status = 500;
                    if (exchange.getRequestURI().getPath().equals("/away")) {
                        status = 302;
                        exchange.getResponseHeaders().add("Location", "http://elsewhere.invalid/");
                    }
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HookTarget target() {
        ContainerPort port =
                new ContainerPortBuilder()
                        .withName("http")
                        .withContainerPort(server.getAddress().getPort())
                        .build();
        return new HookTarget(
                new PodRef("shop", "cart", "u1"),
                Optional.of("spec.containers{web}"),
                "web",
                "id1",
                List.of(port),
                List.of("127.0.0.1"));
    }

    private HookRunner runner(HookRunner.Commands commands) {
        return new HookRunner(commands, events, Ticks.system());
    }

    private HookRunner runner() {
        return runner((id, command, timeout) -> {
            throw new IllegalStateException("no command expected");
        });
    }

    private static LifecycleHandler handler(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, LifecycleHandler.class);
    }

    private static ExecResult result(int exit, String out, String err) {
        return new ExecResult(exit, Bytes.utf8(out), Bytes.utf8(err));
    }

    @Test
    void runsACommandWithoutTimeout() throws Exception {
        HookRunner runner =
                runner((id, command, timeout) ->
                        id.equals("id1")
                                        && command.equals(List.of("sh", "-c", "x"))
                                        && timeout.isZero()
                                ? result(0, "", "")
                                : result(9, "", ""));
        assertThat(runner.postStart(target(), handler("{exec: {command: [sh, -c, x]}}")))
                .isEqualTo(new Done());
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void explainsAFailedCommandInTheStatusButNotInTheEvent() throws Exception {
        HookRunner runner = runner((id, command, timeout) -> result(3, "secret ", "oops"));
        Failed failed =
                (Failed) runner.postStart(target(), handler("{exec: {command: [sh, -c, x]}}"));
        assertThat(failed.message())
                .isEqualTo(
                        "Exec lifecycle hook ([sh -c x]) for Container \"web\" in Pod"
                                + " \"cart_shop(u1)\" failed - error: command 'sh -c x' exited with"
                                + " 3: oops, message: \"secret oops\"");
        assertThat(events.lines())
                .containsExactly("Warning FailedPostStartHook PostStartHook failed");
    }

    @Test
    void reportsARuntimeThatCannotRunTheCommand() throws Exception {
        HookRunner runner =
                runner((id, command, timeout) -> {
                    throw new RuntimeCallException(
                            "exec_sync", id, Code.NOT_FOUND, "no such container");
                });
        Failed failed =
                (Failed)
                        runner.preStop(
                                target(),
                                handler("{exec: {command: [x]}}"),
                                Duration.ofSeconds(30));
        assertThat(failed.message()).contains("failed - error: no such container");
        assertThat(events.lines()).containsExactly("Warning FailedPreStopHook PreStopHook failed");
    }

    @Test
    void takesAnyHttpAnswer() throws Exception {
        HookOutcome outcome =
                runner().postStart(target(), handler("{httpGet: {port: http, path: /a?b=c}}"));
        assertThat(outcome).isEqualTo(new Done());
        assertThat(requests).containsExactly("/a?b=c kube-lifecycle/1.37 null");
    }

    @Test
    void followsNoRedirectToAnotherHost() throws Exception {
        assertThat(runner().postStart(target(), handler("{httpGet: {port: http, path: /away}}")))
                .isEqualTo(new Done());
    }

    /** Answers like servers do that are spoken to in TLS but do not speak it. */
    private void answerInPlain(ServerSocket listener) {
        for (int i = 0; i < 2; i++) {
            try (Socket socket = listener.accept()) {
                byte[] start = socket.getInputStream().readNBytes(1);
                boolean plain = start[0] == 'G';
                StringBuilder request = new StringBuilder();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.US_ASCII));
                for (String line = plain ? lines.readLine() : "";
                        line != null && !line.isEmpty();
                        line = lines.readLine()) {
                    request.append(line).append('|');
                }
                requests.add(request.toString());
                socket.getOutputStream()
                        .write(
                                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                requests.add("broken: " + e.getMessage());
            }
        }
    }

    @Test
    void fallsBackToPlainHttpWithoutTheAuthorization() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.ofVirtual().start(() -> answerInPlain(listener));
            String address = "127.0.0.1:" + listener.getLocalPort();
            HookOutcome outcome =
                    runner().postStart(
                                    target(),
                                    handler(
                                            "{httpGet: {port: PORT, scheme: HTTPS, path: /x,"
                                                            .replace(
                                                                    "PORT",
                                                                    "" + listener.getLocalPort())
                                                    + " httpHeaders: [{name: Authorization, value:"
                                                    + " s}]}}"));
            server.join();
            assertThat(outcome).isEqualTo(new Done());
            assertThat(requests).hasSize(2);
            assertThat(requests.getLast()).startsWith("ET /x HTTP/1.1|");
            assertThat(requests.getLast()).doesNotContain("Authorization");
            assertThat(events.lines())
                    .containsExactly(
                            "Warning LifecycleHTTPFallback request to HTTPS lifecycle hook "
                                    + address
                                    + " got HTTP response, retry with HTTP succeeded");
        }
    }

    @Test
    void failsWhenNobodyListens() throws Exception {
        int port = server.getAddress().getPort();
        server.stop(0);
        Failed failed =
                (Failed) runner().postStart(target(), handler("{httpGet: {port: " + port + "}}"));
        assertThat(failed.message())
                .startsWith("HTTP lifecycle hook (null) for Container \"web\"")
                .contains("Get \"http://127.0.0.1:" + port + "/\":");
    }

    @Test
    void failsForAPortThatIsNotThere() throws Exception {
        Failed failed = (Failed) runner().postStart(target(), handler("{httpGet: {port: other}}"));
        assertThat(failed.message()).endsWith("error: port \"other\" not found");
        failed = (Failed) runner().postStart(target(), handler("{httpGet: {port: 70000}}"));
        assertThat(failed.message()).endsWith("error: invalid port number: 70000");
    }

    @Test
    void sleepsNotAtAllIfSoAsked() throws Exception {
        assertThat(runner().postStart(target(), handler("{sleep: {seconds: 0}}")))
                .isEqualTo(new Done());
    }

    @Test
    void refusesATcpHook() throws Exception {
        Failed failed = (Failed) runner().postStart(target(), handler("{tcpSocket: {port: 1}}"));
        assertThat(failed.message()).isEqualTo("Cannot run handler: invalid handler");
    }

    @Test
    void endsAPreStopHookWithTheGrace() throws Exception {
        HookOutcome outcome =
                runner().preStop(
                                target(),
                                handler("{sleep: {seconds: 3600}}"),
                                Duration.ofMillis(50));
        assertThat(outcome).isEqualTo(new OutOfTime());
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void endsWhenInterrupted() {
        HookRunner runner =
                runner((id, command, timeout) -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return result(0, "", "");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new RuntimeCallException("exec_sync", id, Code.CANCELLED, "");
                    }
                });
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HookOutcome> outcome =
                    pool.submit(
                            () -> runner.postStart(target(), handler("{exec: {command: [x]}}")));
            await().until(() -> entered.getCount() == 0);
            outcome.cancel(true);
            assertThatThrownBy(outcome::get).isInstanceOf(Exception.class);
        }
    }
}
