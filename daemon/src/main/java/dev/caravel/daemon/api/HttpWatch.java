package dev.caravel.daemon.api;

import dev.caravel.config.GoDuration;
import dev.caravel.daemon.run.JitteredBackoff;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Watched} over plain HTTP: JSON events line by line on a stream of the shared connection,
 * read by one virtual thread.
 */
final class HttpWatch<T extends HasMetadata, R> implements Watched<R> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWatch.class);

    /** client-go's reflector: 800 ms doubling to 30 s, each up to twice as long. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(800);

    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    /** A watch that ends sooner than this counts as a failure. */
    private static final Duration SHORT_WATCH = Duration.ofSeconds(1);

    private static final Duration HEAD_LIMIT = Duration.ofSeconds(60);
    private static final Duration LIST_LIMIT = Duration.ofMinutes(5);
    private static final int MIN_WATCH_SECONDS = 300;
    private static final int MAX_REFUSAL_BYTES = 64 << 10;

    private final ApiTransport transport;
    private final URI server;
    private final ApiJson json;
    private final WatchSpec<T, R> spec;
    private final WatchListener<? super R> listener;
    private final Ticks ticks;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final WatchState<T, R> state;
    private final CountDownLatch synced = new CountDownLatch(1);
    private final Consumer<Watched<R>> whenClosed;
    private final Thread thread;
    private volatile long heardAt;
    private volatile boolean closed;
    private volatile @Nullable InputStream open;
    private boolean careful;
    private boolean versionTooOld;

    HttpWatch(
            ApiTransport transport,
            URI server,
            ApiJson json,
            WatchSpec<T, R> spec,
            WatchListener<? super R> listener,
            Ticks ticks,
            Consumer<Watched<R>> whenClosed) {
        this.transport = transport;
        this.server = server;
        this.json = json;
        this.spec = spec;
        this.listener = listener;
        this.ticks = ticks;
        this.state = new WatchState<>(spec, listener, () -> closed);
        this.heardAt = ticks.nanos();
        this.whenClosed = whenClosed;
        this.thread = Thread.ofVirtual().name("watch/" + spec.name()).unstarted(this::run);
    }

    HttpWatch<T, R> start() {
        thread.start();
        return this;
    }

    private void run() {
        JitteredBackoff backoff = new JitteredBackoff(FIRST_RETRY, 2, LAST_RETRY, 1, random);
        try {
            while (!closed) {
                Duration pause = once(backoff);
                ticks.sleep(pause);
            }
        } catch (InterruptedException e) {
            LOG.debug("Watch of {} ends", spec.name());
        }
    }

    /** Lists if need be and watches until that ends; says how long to wait before the next time. */
    private Duration once(JitteredBackoff backoff) throws InterruptedException {
        long started = ticks.nanos();
        try {
            if (state.version().isEmpty()) {
                list();
                backoff.reset();
            }
            watch();
        } catch (ApiException e) {
            return refused(e, backoff);
        } catch (WatchEvents.Unreadable e) {
            LOG.warn("Reading {} again with care: {}", spec.name(), e.getMessage());
            careful = true;
            return backoff.next();
        } catch (IOException e) {
            // the transport says once that the server is away; a line a watch would be hundreds
            LOG.debug("Watch of {} broke off ({}); resuming", spec.name(), e.getMessage());
            return backoff.next();
        }
        if (ticks.nanos() - started < SHORT_WATCH.toNanos()) {
            return backoff.next();
        }
        backoff.reset();
        return Duration.ZERO;
    }

    private Duration refused(ApiException e, JitteredBackoff backoff) {
        if (e.gone()) {
            LOG.info("The version of {} is too old; listing again", spec.name());
            state.forget();
            versionTooOld = true;
            return JitteredBackoff.jittered(FIRST_RETRY, 1, random);
        }
        Duration pause = backoff.next();
        Duration wanted = e.retryAfter().orElse(Duration.ZERO);
        Duration longer = wanted.compareTo(pause) > 0 ? wanted : pause;
        LOG.warn(
                "Watching {} was refused; next try in {}: {}",
                spec.name(),
                GoDuration.format(longer),
                e.getMessage());
        return longer;
    }

    private void list() throws IOException, InterruptedException {
        // any version the server has at hand will do, but not twice one it calls too old
        String query = versionTooOld ? "" : "resourceVersion=0";
        try (InputStream body = open(query, LIST_LIMIT)) {
            state.beginList();
            state.endList(events().list(heard(body), state));
        } finally {
            open = null;
        }
        versionTooOld = false;
        careful = false;
        if (synced.getCount() > 0) {
            if (!closed) {
                listener.onSynced();
            }
            synced.countDown();
        }
    }

    private void watch() throws IOException, InterruptedException {
        int seconds = MIN_WATCH_SECONDS + random.nextInt(MIN_WATCH_SECONDS);
        String query =
                "watch=true&allowWatchBookmarks=true&timeoutSeconds="
                        + seconds
                        + "&resourceVersion="
                        + state.version();
        Duration longest = Duration.ofSeconds(seconds).plus(HEAD_LIMIT);
        try (InputStream body = open(query, longest)) {
            events().watch(heard(body), state);
        } finally {
            open = null;
        }
    }

    private WatchEvents<T> events() {
        return new WatchEvents<>(spec.type(), spec.path(), json.mapper(), careful);
    }

    private InputStream open(String query, Duration longest)
            throws IOException, InterruptedException {
        StringBuilder url = new StringBuilder(server.toString()).append(spec.path());
        char separator = '?';
        if (!query.isEmpty()) {
            url.append(separator).append(query);
            separator = '&';
        }
        if (spec.fieldSelector().isPresent()) {
            url.append(separator).append("fieldSelector=").append(encoded(spec.fieldSelector()));
            separator = '&';
        }
        if (spec.labelSelector().isPresent()) {
            url.append(separator).append("labelSelector=").append(encoded(spec.labelSelector()));
        }
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url.toString())).timeout(HEAD_LIMIT).build();
        HttpResponse<InputStream> response = transport.openStream(request, longest);
        InputStream body = response.body();
        open = body;
        if (closed) {
            body.close();
            throw new IOException("closed");
        }
        if (response.statusCode() != 200) {
            try (body) {
                throw Refusal.of(
                        "GET " + spec.path(),
                        response.statusCode(),
                        response.headers().firstValue("Retry-After"),
                        body.readNBytes(MAX_REFUSAL_BYTES),
                        json.mapper());
            }
        }
        return body;
    }

    private static String encoded(Optional<String> selector) {
        return URLEncoder.encode(selector.orElse(""), StandardCharsets.UTF_8);
    }

    private InputStream heard(InputStream body) {
        return new java.io.FilterInputStream(body) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                heardAt = ticks.nanos();
                return count;
            }
        };
    }

    @Override
    public Optional<R> get(String key) {
        return Optional.ofNullable(state.values().get(key));
    }

    @Override
    public Map<String, R> all() {
        return state.values();
    }

    @Override
    public boolean synced() {
        return synced.getCount() == 0;
    }

    @Override
    public boolean awaitSynced(Duration timeout) throws InterruptedException {
        return synced.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Duration lastHeard() {
        return Duration.ofNanos(ticks.nanos() - heardAt);
    }

    @Override
    public void close() {
        closed = true;
        whenClosed.accept(this);
        thread.interrupt();
        InputStream body = open;
        if (body != null) {
            try {
                body.close();
            } catch (IOException e) {
                LOG.debug("Closing the watch of {}: {}", spec.name(), e.toString());
            }
        }
    }
}
