package dev.caravel.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A real etcd and kube-apiserver on ports of their own, built from published modules by {@code
 * e2e/control-plane.sh}. No scheduler and no controllers: the tests say which node a pod is for.
 */
final class ControlPlane implements AutoCloseable {
    private static final String ADMIN_TOKEN = "admin-token";
    private static final String NODE_TOKEN = "node-token";
    private static final Pattern GO_VERSION = Pattern.compile("go1\\.(\\d+)");
    private static final int OLDEST_GO = 24;

    private final Path folder;
    private final String url;
    private final Daemon etcd;
    private final Daemon server;
    private final KubernetesClient client;

    private ControlPlane(Path folder, String url, Daemon etcd, Daemon server) {
        this.folder = folder;
        this.url = url;
        this.etcd = etcd;
        this.server = server;
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(url)
                        .withOauthToken(ADMIN_TOKEN)
                        .withCaCertFile(folder.resolve("certs/apiserver.crt").toString())
                        .build();
        this.client = new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Why none can be built here; absent when one can. */
    static Optional<String> missing() throws IOException, InterruptedException {
        if (!Shell.has("go")) {
            return Optional.of("no Go to build kube-apiserver with (1." + OLDEST_GO + " or newer)");
        }
        if (!Shell.has("openssl")) {
            return Optional.of("no openssl for the keys of the API server");
        }
        String version = Shell.run("go", "version");
        var matcher = GO_VERSION.matcher(version);
        if (!matcher.find() || Integer.parseInt(matcher.group(1)) < OLDEST_GO) {
            return Optional.of("building kube-apiserver needs Go 1." + OLDEST_GO + ", " + version);
        }
        return Optional.empty();
    }

    /**
     * Starts both, with the right of a node for {@code node}.
     *
     * @param folder for state, keys and logs; of the caller
     */
    static ControlPlane start(Path folder, String node) throws IOException, InterruptedException {
        return start(folder, node, List.of());
    }

    /**
     * Starts both, with the right of a node for {@code node}.
     *
     * @param folder for state, keys and logs; of the caller
     * @param more flags of the API server
     */
    static ControlPlane start(Path folder, String node, List<String> more)
            throws IOException, InterruptedException {
        String built = Shell.run(Home.folder().resolve("e2e/control-plane.sh").toString());
        Path binaries = Path.of(built.strip().lines().reduce("", (first, last) -> last));
        writeKeys(folder);
        Files.writeString(
                folder.resolve("tokens.csv"),
                """
                %s,admin,admin,"system:masters"
                %s,system:node:%s,node,"system:nodes"
                """
                        .formatted(ADMIN_TOKEN, NODE_TOKEN, node));
        String store = "http://127.0.0.1:" + freePort();
        Daemon etcd =
                Daemon.start(folder.resolve("etcd.log"), etcdCommand(binaries, folder, store));
        int port = freePort();
        List<String> command = new ArrayList<>(serverCommand(binaries, folder, store, port));
        command.addAll(more);
        Daemon server = Daemon.start(folder.resolve("apiserver.log"), command);
        try {
            awaitCertificate(folder, server);
            var plane = new ControlPlane(folder, "https://127.0.0.1:" + port, etcd, server);
            plane.awaitReady();
            return plane;
        } catch (RuntimeException e) {
            String words = server.lastWords();
            server.close();
            etcd.close();
            throw new IOException("the API server does not become ready: " + words, e);
        }
    }

    /** The API server makes its own. */
    private static void awaitCertificate(Path folder, Daemon server) {
        Awaitility.await("the API server has a certificate")
                .atMost(Duration.ofMinutes(2))
                .failFast("it ended", () -> !server.alive())
                .until(() -> Files.exists(folder.resolve("certs/apiserver.crt")));
    }

    private static void writeKeys(Path folder) throws IOException, InterruptedException {
        Shell.run("openssl", "genrsa", "-out", folder.resolve("sa.key").toString(), "2048");
        Shell.run(
                ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj"
                                + " /O=system:masters/CN=apiserver-kubelet-client -keyout %1$s.key"
                                + " -out %1$s.crt")
                        .formatted(folder.resolve("kubelet-client"))
                        .split(" ", -1));
    }

    private static List<String> etcdCommand(Path binaries, Path folder, String store)
            throws IOException {
        String peers = "http://127.0.0.1:" + freePort();
        return List.of(
                binaries.resolve("etcd").toString(),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + store,
                "--advertise-client-urls=" + store,
                "--listen-peer-urls=" + peers,
                "--unsafe-no-fsync");
    }

    private static List<String> serverCommand(Path binaries, Path folder, String store, int port)
            throws IOException {
        return List.of(
                binaries.resolve("kube-apiserver").toString(),
                "--etcd-servers=" + store,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--endpoint-reconciler-type=none",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certs"),
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--disable-admission-plugins=ServiceAccount",
                "--allow-privileged=true",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + folder.resolve("sa.key"),
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--kubelet-client-certificate=" + kubeletClientCertificate(folder),
                "--kubelet-client-key=" + folder.resolve("kubelet-client.key"),
                "--kubelet-preferred-address-types=InternalIP");
    }

    private void awaitReady() {
        Awaitility.await("the API server is ready")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> "ok".equals(client.raw("/readyz")));
    }

    /** A client with every right. */
    KubernetesClient client() {
        return client;
    }

    /** What the API server shows to kubelets; its own issuer. */
    static Path kubeletClientCertificate(Path folder) {
        return folder.resolve("kubelet-client.crt");
    }

    /** The kubeconfig of the node. */
    Path nodeKubeconfig() throws IOException {
        Path file = folder.resolve("kubelet.conf");
        writeKubeconfig(file, NODE_TOKEN);
        return file;
    }

    /** Writes a kubeconfig of a user with a bearer token. */
    void writeKubeconfig(Path file, String token) throws IOException {
        Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                clusters:
                - name: e2e
                  cluster: {server: "%s", certificate-authority: "%s"}
                users:
                - name: node
                  user: {token: "%s"}
                contexts:
                - name: e2e
                  context: {cluster: e2e, user: node}
                current-context: e2e
                """
                        .formatted(url, folder.resolve("certs/apiserver.crt"), token));
    }

    /** A port of the loopback that nobody listens on now. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        etcd.close();
    }
}
