package dev.caravel.daemon.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientImpl;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Puts fabric8's client on our transport: it finds a JDK client that is built already, and its own
 * ideas of certificates, proxies and retries find nothing to act on.
 */
final class Fabric8Client {
    private Fabric8Client() {}

    static KubernetesClient on(
            ApiTransport transport, Kubeconfig config, ApiSettings settings, ApiJson json) {
        Config plain = Config.empty(); // reads no environment, no files
        plain.setMasterUrl(config.server() + "/");
        plain.setRequestTimeout((int) settings.timeout().toMillis());
        plain.setConnectionTimeout((int) settings.timeout().toMillis());
        plain.setRequestRetryBackoffLimit(0); // callers know best what is worth another try
        plain.setUserAgent(settings.userAgent());
        return new KubernetesClientBuilder()
                .withConfig(plain)
                .withKubernetesSerialization(json)
                .withTaskExecutor(transport.executor().orElseThrow())
                .withHttpClientFactory(new Factory(transport))
                .build();
    }

    private static final class Factory extends JdkHttpClientFactory {
        private final ApiTransport transport;

        Factory(ApiTransport transport) {
            this.transport = transport;
        }

        @Override
        protected HttpClient.Builder createNewHttpClientBuilder() {
            return new Built(transport);
        }

        @Override
        protected void closeHttpClient(JdkHttpClientImpl client) {
            // the transport outlives it
        }
    }

    /** A builder with nothing left to decide. */
    private record Built(ApiTransport transport) implements HttpClient.Builder {
        @Override
        public HttpClient build() {
            return transport;
        }

        @Override
        public HttpClient.Builder cookieHandler(CookieHandler cookieHandler) {
            return this;
        }

        @Override
        public HttpClient.Builder connectTimeout(Duration duration) {
            return this;
        }

        @Override
        public HttpClient.Builder sslContext(SSLContext sslContext) {
            return this;
        }

        @Override
        public HttpClient.Builder sslParameters(SSLParameters sslParameters) {
            return this;
        }

        @Override
        public HttpClient.Builder executor(Executor executor) {
            return this;
        }

        @Override
        public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
            return this;
        }

        @Override
        public HttpClient.Builder version(HttpClient.Version version) {
            return this;
        }

        @Override
        public HttpClient.Builder priority(int priority) {
            return this;
        }

        @Override
        public HttpClient.Builder proxy(ProxySelector proxySelector) {
            return this;
        }

        @Override
        public HttpClient.Builder authenticator(Authenticator authenticator) {
            return this;
        }
    }
}
