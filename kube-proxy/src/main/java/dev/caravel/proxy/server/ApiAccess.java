package dev.caravel.proxy.server;

import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.ApiMetrics;
import dev.caravel.daemon.api.ApiSettings;
import dev.caravel.daemon.api.HttpApiClient;
import dev.caravel.daemon.api.Kubeconfig;
import dev.caravel.daemon.api.KubeconfigFile;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the proxy finds its API server. */
final class ApiAccess {
    private static final Logger log = LoggerFactory.getLogger(ApiAccess.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private ApiAccess() {}

    /**
     * A client for the configured server, or the one of the cluster this is a pod of.
     *
     * @param master server URL that overrides the kubeconfig's; may be empty
     */
    static ApiClient open(
            KubeProxyConfiguration.ClientConnection connection,
            String master,
            Map<String, String> environment,
            ApiMetrics metrics,
            Ticks ticks)
            throws IOException {
        ApiSettings settings =
                new ApiSettings(
                        "main",
                        ApiSettings.userAgent("kube-proxy"),
                        connection.qps(),
                        connection.burst(),
                        REQUEST_TIMEOUT);
        return HttpApiClient.open(
                kubeconfig(connection.kubeconfig(), master, environment), settings, metrics, ticks);
    }

    private static Kubeconfig kubeconfig(
            String file, String master, Map<String, String> environment) throws IOException {
        if (file.isEmpty() && master.isEmpty()) {
            log.info(
                    "Neither kubeconfig file nor master URL was specified, falling back to"
                            + " in-cluster config");
            return KubeconfigFile.inCluster(environment);
        }
        if (file.isEmpty()) {
            return at(
                    new Kubeconfig(
                            URI.create(master),
                            Optional.empty(),
                            "",
                            false,
                            Optional.empty(),
                            Optional.empty(),
                            new Kubeconfig.Token.None()),
                    master);
        }
        Kubeconfig read = KubeconfigFile.read(Path.of(file));
        return master.isEmpty() ? read : at(read, master);
    }

    private static Kubeconfig at(Kubeconfig config, String server) {
        return new Kubeconfig(
                URI.create(
                        server.endsWith("/") ? server.substring(0, server.length() - 1) : server),
                config.authority(),
                config.tlsServerName(),
                config.insecure(),
                config.proxy(),
                config.certificate(),
                config.token());
    }
}
