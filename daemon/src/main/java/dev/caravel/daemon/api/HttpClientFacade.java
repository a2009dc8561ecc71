package dev.caravel.daemon.api;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The parts of a JDK HTTP client that only tell about the client behind it. */
abstract class HttpClientFacade extends HttpClient {
    /** The client that does the work at this moment. */
    abstract HttpClient behind();

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return behind().connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return behind().proxy();
    }

    @Override
    public SSLContext sslContext() {
        return behind().sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return behind().sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_2;
    }
}
