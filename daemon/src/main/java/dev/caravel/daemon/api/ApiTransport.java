package dev.caravel.daemon.api;

import dev.caravel.config.GoDuration;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.run.TokenBucket;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JDK HTTP client that stays while the connections below it are exchanged. Adds who we are to
 * each request, keeps to the rate limit, counts, and notices connections that have died.
 */
final class ApiTransport extends HttpClientFacade {
    private static final Logger LOG = LoggerFactory.getLogger(ApiTransport.class);

    /** Like Go's HTTP/2 transport: ask after so long a silence, and give up after so long again. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration PULSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration PULSE_PERIOD = Duration.ofSeconds(10);

    private final Kubeconfig config;
    private final ApiSettings settings;
    private final Ticks ticks;
    private final ServerTrust trust;
    private final Identity identity;
    private final ApiMetrics metrics;
    private final TokenBucket limit;
    private final String host;
    private final ExecutorService executor;
    private Connections connections;
    private @Nullable Thread pulse;
    private boolean closed;
    private boolean away;
    private long awaySince;

    /**
     * @throws IOException when the authority of the kubeconfig cannot be used
     */
    ApiTransport(
            Kubeconfig config,
            ApiSettings settings,
            ApiMetrics metrics,
            Ticks ticks,
            Identity identity)
            throws IOException {
        this.config = config;
        this.settings = settings;
        this.ticks = ticks;
        this.metrics = metrics;
        this.trust = ServerTrust.of(config, ticks);
        this.identity = identity;
        this.limit = new TokenBucket(settings.perSecond(), settings.burst(), ticks);
        this.host = config.server().getAuthority();
        this.executor = NamedThreads.executor("api/" + settings.name());
        this.connections = connect();
    }

    private Connections connect() {
        return new Connections(trust, identity, config.proxy(), executor, ticks::nanos);
    }

    /** The connections to use now; new ones when our certificate has changed. */
    private synchronized Connections current() {
        if (!connections.certificate().equals(identity.certificate())) {
            exchange("the client certificate has changed");
        }
        return connections;
    }

    /** Drops all connections; running calls fail, later ones connect anew. */
    synchronized void reconnect(String why) {
        if (!closed) {
            exchange(why);
        }
    }

    private void exchange(String why) {
        LOG.info("Connecting {} to {} anew: {}", settings.name(), host, why);
        Connections old = connections;
        connections = connect();
        NamedThreads.start("api/" + settings.name() + "/close", old::close);
    }

    private synchronized void reconnect(Connections dead, String why) {
        if (connections == dead && !closed) {
            exchange(why);
        }
    }

    private HttpRequest decorate(HttpRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request, (name, value) -> true);
        identity.authorization().ifPresent(header -> builder.setHeader("Authorization", header));
        builder.setHeader("User-Agent", settings.userAgent());
        if (request.headers().firstValue("Accept").isEmpty()) {
            builder.setHeader("Accept", "application/json");
        }
        return builder.build();
    }

    private void awaitTurn(HttpRequest request) throws InterruptedException {
        Duration waited = limit.acquire();
        metrics.waited(request.method(), host, waited);
    }

    /**
     * Opens a response that lasts, such as a watch; closing its body makes room for another.
     *
     * @param longest within which the server ends it by itself
     */
    HttpResponse<InputStream> openStream(HttpRequest request, Duration longest)
            throws IOException, InterruptedException {
        awaitTurn(request);
        startPulse();
        Connections used = current();
        Shard shard = used.openStream();
        boolean opened = false;
        try {
            HttpResponse<InputStream> response =
                    send(used, shard, request, HttpResponse.BodyHandlers.ofInputStream());
            opened = true;
            return new StreamResponse(
                    response, shard.watched(response.body(), ticks.nanos() + longest.toNanos()));
        } finally {
            if (!opened) {
                shard.closeStream();
            }
        }
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        awaitTurn(request);
        Connections used = current();
        return send(used, used.first(), request, handler);
    }

    private <T> HttpResponse<T> send(
            Connections used, Shard shard, HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        long started = ticks.nanos();
        try {
            HttpResponse<T> response = shard.client().send(decorate(request), handler);
            answered(shard, request, response.statusCode(), started);
            return response;
        } catch (IOException e) {
            failed(used, shard, request, e, started);
            throw e;
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request,
            HttpResponse.BodyHandler<T> handler,
            HttpResponse.@Nullable PushPromiseHandler<T> pushes) {
        try {
            awaitTurn(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new IOException("interrupted", e));
        }
        Connections used = current();
        Shard shard = used.first();
        long started = ticks.nanos();
        CompletableFuture<HttpResponse<T>> sent =
                shard.client().sendAsync(decorate(request), handler);
        var _ =
                sent.whenComplete((response, failure) -> {
                    if (response != null) {
                        answered(shard, request, response.statusCode(), started);
                    } else if (failure != null) {
                        failed(used, shard, request, failure, started);
                    }
                });
        return sent; // not the stage after it: cancelling must reach the exchange itself
    }

    private void answered(Shard shard, HttpRequest request, int status, long started) {
        long now = ticks.nanos();
        shard.health().heard(now);
        backAgain(now);
        metrics.answered(Integer.toString(status), request.method(), host, now - started);
        LOG.trace("{} {}: {}", request.method(), request.uri(), status);
        if (status == 401) {
            identity.rejected();
        }
    }

    private void failed(
            Connections used, Shard shard, HttpRequest request, Throwable failure, long started) {
        metrics.answered("<error>", request.method(), host, ticks.nanos() - started);
        LOG.trace("{} {}: {}", request.method(), request.uri(), failure.toString());
        notReached(used, failure, started);
        if (failure instanceof HttpTimeoutException
                || failure.getCause() instanceof HttpTimeoutException) {
            timedOut(used, shard, started);
        }
    }

    /** Says once that the server is away, and once that it is back, however many calls fail. */
    private synchronized void notReached(Connections used, Throwable failure, long started) {
        if (!away && !closed && used == connections) {
            away = true;
            awaySince = started;
            LOG.warn(
                    "API server {} cannot be reached by {}: {}",
                    host,
                    settings.name(),
                    failure.toString());
        }
    }

    private synchronized void backAgain(long now) {
        if (away) {
            away = false;
            Duration time = Duration.ofNanos(now - awaySince);
            LOG.info(
                    "API server {} answers {} again after {}",
                    host,
                    settings.name(),
                    GoDuration.format(time));
        }
    }

    /** A request got no answer in its time. */
    private void timedOut(Connections used, Shard shard, long started) {
        if (shard.health().timedOut(started)) {
            reconnect(used, "the server does not answer");
        }
    }

    /** Sends and waits for the whole answer, head and body, at most {@code limit}. */
    HttpResponse<byte[]> call(HttpRequest request, Duration callLimit)
            throws IOException, InterruptedException {
        awaitTurn(request);
        Connections used = current();
        Shard shard = used.first();
        long started = ticks.nanos();
        CompletableFuture<HttpResponse<byte[]>> sent =
                shard.client()
                        .sendAsync(decorate(request), HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response =
                    sent.get(callLimit.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
            answered(shard, request, response.statusCode(), started);
            return response;
        } catch (java.util.concurrent.ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            failed(used, shard, request, cause, started);
            throw new IOException(describe(request, String.valueOf(cause.getMessage())), cause);
        } catch (java.util.concurrent.TimeoutException e) {
            HttpTimeoutException late =
                    new HttpTimeoutException(
                            describe(request, "no answer in " + GoDuration.format(callLimit)));
            failed(used, shard, request, late, started);
            throw late;
        } finally {
            sent.cancel(true); // no effect when done
        }
    }

    private static String describe(HttpRequest request, String what) {
        return request.method() + " " + request.uri() + ": " + what;
    }

    private synchronized void startPulse() {
        if (pulse == null && !closed) {
            pulse = NamedThreads.start("api/" + settings.name() + "/pulse", this::pulse);
        }
    }

    /**
     * A watch alone would never notice a dead connection, for it sends nothing. When a connection
     * with watches has been silent, a request that everybody may make shows whether it lives.
     */
    private void pulse() {
        try {
            while (true) {
                ticks.sleep(PULSE_PERIOD);
                Connections used = current();
                for (Shard shard : used.shards()) {
                    shard.closeOverdue();
                    long silent = ticks.nanos() - shard.health().heardAt();
                    if (shard.streams() > 0 && silent > patience().toNanos()) {
                        feel(used, shard);
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("No longer feeling the pulse of {}", host);
        }
    }

    /** A call that found no answer is reason enough to look at the watches too. */
    private synchronized Duration patience() {
        return away ? PULSE_PERIOD : SILENCE;
    }

    private void feel(Connections used, Shard shard) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(config.server() + "/version"))
                        .timeout(PULSE_LIMIT)
                        .build();
        try {
            send(used, shard, request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException e) {
            reconnect(used, "the server does not answer a watched connection: " + e.getMessage());
        }
    }

    @Override
    HttpClient behind() {
        return current().first().client();
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.of(executor);
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        WebSocket.Builder builder = current().first().client().newWebSocketBuilder();
        identity.authorization().ifPresent(header -> builder.header("Authorization", header));
        return builder.header("User-Agent", settings.userAgent());
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (pulse != null) {
            pulse.interrupt();
        }
        connections.close();
        executor.shutdownNow();
    }
}
