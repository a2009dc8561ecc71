package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.RotatingKeys;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The connections made with one certificate: what is dropped as a whole when that changes or the
 * server falls silent. TLS sessions are not shared with another generation, for a resumed session
 * would carry the identity of the first handshake.
 */
final class Connections {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final Optional<KeyMaterial> certificate;
    private final HttpClient.Builder builder;
    private final LongSupplier nanos;
    private final List<Shard> shards = new CopyOnWriteArrayList<>();

    Connections(
            ServerTrust trust,
            Identity identity,
            Optional<URI> proxy,
            Executor executor,
            LongSupplier nanos) {
        this.certificate = identity.certificate();
        this.nanos = nanos;
        this.builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_LIMIT)
                        .executor(executor)
                        .proxy(proxy.map(Connections::selector).orElse(HttpClient.Builder.NO_PROXY))
                        .sslContext(context(trust, identity));
        shards.add(new Shard(builder.build(), nanos));
    }

    private static ProxySelector selector(URI proxy) {
        int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
        return ProxySelector.of(InetSocketAddress.createUnresolved(proxy.getHost(), port));
    }

    private static SSLContext context(ServerTrust trust, Identity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            RotatingKeys keys = new RotatingKeys(identity::certificate, "no client certificate");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS: " + e.getMessage(), e);
        }
    }

    /** The certificate these connections show. */
    Optional<KeyMaterial> certificate() {
        return certificate;
    }

    /** The connection for ordinary requests. */
    Shard first() {
        return shards.getFirst();
    }

    /** A connection with room for one more watch, reserved. */
    synchronized Shard openStream() {
        for (Shard shard : shards) {
            if (shard.tryOpen()) {
                return shard;
            }
        }
        Shard another = new Shard(builder.build(), nanos);
        shards.add(another);
        if (!another.tryOpen()) {
            throw new IllegalStateException("a new connection has no room");
        }
        return another;
    }

    List<Shard> shards() {
        return shards;
    }

    /** Ends everything on these connections. */
    void close() {
        shards.forEach(shard -> shard.client().shutdownNow());
    }
}
