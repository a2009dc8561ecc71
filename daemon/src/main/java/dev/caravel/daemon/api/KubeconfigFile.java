package dev.caravel.daemon.api;

import dev.caravel.config.tree.FieldReader;
import dev.caravel.config.tree.Findings;
import dev.caravel.config.tree.YamlReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads kubeconfig files, and the credentials every pod has. */
public final class KubeconfigFile {
    private static final Path SERVICE_ACCOUNT =
            Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private record Named<T>(String name, T value) {}

    private record Context(String cluster, String user) {}

    private record Cluster(
            String server,
            Optional<PemSource> authority,
            String tlsServerName,
            boolean insecure,
            String proxy) {}

    private record User(
            Optional<Kubeconfig.ClientCertificate> certificate, Kubeconfig.Token token) {}

    private final String file;
    private final Path folder;

    private KubeconfigFile(String file, Path folder) {
        this.file = file;
        this.folder = folder;
    }

    /**
     * Reads a file; relative paths in it start at its folder.
     *
     * @throws IOException when it cannot be read, or saying what in it is wrong
     */
    public static Kubeconfig read(Path file) throws IOException {
        if (Files.size(file) > YamlReader.LARGEST_FILE) {
            throw new IOException(file + " is too large for a kubeconfig");
        }
        String text = Files.readString(file);
        Path folder = file.toAbsolutePath().getParent();
        return new KubeconfigFile(file.toString(), folder == null ? Path.of("/") : folder)
                .parse(text);
    }

    /**
     * The credentials kubelets mount into pods.
     *
     * @param environment {@code KUBERNETES_SERVICE_HOST} and {@code _PORT} are read
     * @throws IOException when this is no pod
     */
    public static Kubeconfig inCluster(Map<String, String> environment) throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new IOException(
                    "no kubeconfig given, and KUBERNETES_SERVICE_HOST is not set as in a pod");
        }
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return new Kubeconfig(
                URI.create("https://" + literal + ":" + port),
                Optional.of(new PemSource.File(SERVICE_ACCOUNT.resolve("ca.crt"))),
                "",
                false,
                Optional.empty(),
                Optional.empty(),
                new Kubeconfig.Token.File(SERVICE_ACCOUNT.resolve("token")));
    }

    private Kubeconfig parse(String text) throws IOException {
        YamlReader.Outcome outcome = YamlReader.read(file, text);
        YamlReader.Outcome.Document document =
                switch (outcome) {
                    case YamlReader.Outcome.Document read -> read;
                    case YamlReader.Outcome.Unreadable unreadable ->
                            throw new IOException(unreadable.complaint().toString());
                };
        Findings findings = new Findings();
        FieldReader root = new FieldReader(document.root(), findings);
        String current = root.text("current-context");
        List<Named<Context>> contexts =
                root.sections("contexts", entry -> named(entry, "context", this::context));
        List<Named<Optional<Cluster>>> clusters =
                root.sections("clusters", entry -> named(entry, "cluster", this::cluster));
        List<Named<Optional<User>>> users =
                root.sections("users", entry -> named(entry, "user", this::user));
        if (!findings.errors().isEmpty()) {
            throw new IOException(findings.errors().getFirst().toString());
        }
        if (current.isEmpty()) {
            throw new IOException(file + ": current-context is not set");
        }
        Context context = find(contexts, current, "context");
        Cluster cluster = usable(find(clusters, context.cluster, "cluster"), "cluster");
        User user = usable(find(users, context.user, "user"), "user");
        return new Kubeconfig(
                uri(cluster.server, "server"),
                cluster.authority,
                cluster.tlsServerName,
                cluster.insecure,
                cluster.proxy.isEmpty()
                        ? Optional.empty()
                        : Optional.of(uri(cluster.proxy, "proxy-url")),
                user.certificate,
                user.token);
    }

    private <T> T usable(Optional<T> value, String what) throws IOException {
        return value.orElseThrow(() ->
                new IOException(file + ": the " + what + " in use has data that is no base64"));
    }

    private static <T> Named<T> named(
            FieldReader entry, String field, java.util.function.Function<FieldReader, T> decoder) {
        return new Named<>(entry.text("name"), entry.section(field, decoder));
    }

    private <T> T find(List<Named<T>> entries, String name, String what) throws IOException {
        for (Named<T> entry : entries) {
            if (entry.name.equals(name)) {
                return entry.value;
            }
        }
        throw new IOException(file + ": there is no " + what + " named '" + name + "'");
    }

    private URI uri(String text, String field) throws IOException {
        try {
            String full = text.contains("://") ? text : "https://" + text;
            URI uri = new URI(full.endsWith("/") ? full.substring(0, full.length() - 1) : full);
            if (uri.getHost() == null) {
                throw new IOException(file + ": " + field + " '" + text + "' names no host");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IOException(file + ": " + field + " '" + text + "' is no URL", e);
        }
    }

    private Context context(FieldReader fields) {
        return new Context(fields.text("cluster"), fields.text("user"));
    }

    private Optional<Cluster> cluster(FieldReader fields) {
        String server = fields.text("server");
        String tlsServerName = fields.text("tls-server-name");
        boolean insecure = fields.bool("insecure-skip-tls-verify");
        String proxy = fields.text("proxy-url");
        try {
            Optional<PemSource> authority = pem(fields, "certificate-authority");
            return Optional.of(new Cluster(server, authority, tlsServerName, insecure, proxy));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<User> user(FieldReader fields) {
        try {
            Optional<PemSource> chain = pem(fields, "client-certificate");
            Optional<PemSource> key = pem(fields, "client-key");
            Optional<Kubeconfig.ClientCertificate> certificate = Optional.empty();
            if (chain.isPresent() && key.isPresent()) {
                certificate = Optional.of(new Kubeconfig.ClientCertificate(chain.get(), key.get()));
            }
            return Optional.of(new User(certificate, token(fields)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Data wins over a file, as in client-go. */
    private Optional<PemSource> pem(FieldReader fields, String name) {
        String data = fields.text(name + "-data");
        String path = fields.text(name);
        if (!data.isEmpty()) {
            byte[] pem = Base64.getMimeDecoder().decode(data);
            return Optional.of(new PemSource.Inline(new String(pem, StandardCharsets.US_ASCII)));
        }
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(new PemSource.File(folder.resolve(path)));
    }

    private Kubeconfig.Token token(FieldReader fields) {
        String tokenFile = fields.text("tokenFile");
        String token = fields.text("token");
        String user = fields.text("username");
        String password = fields.text("password");
        Optional<Kubeconfig.Token> exec = fields.optionalSection("exec", this::exec);
        if (!tokenFile.isEmpty()) {
            return new Kubeconfig.Token.File(folder.resolve(tokenFile));
        }
        if (!token.isEmpty()) {
            return new Kubeconfig.Token.Inline(token);
        }
        if (!user.isEmpty()) {
            return new Kubeconfig.Token.Basic(user, password);
        }
        return exec.orElse(new Kubeconfig.Token.None());
    }

    private Kubeconfig.Token exec(FieldReader fields) {
        String command = fields.text("command");
        Map<String, String> environment = new HashMap<>();
        fields.sections("env", entry -> Map.entry(entry.text("name"), entry.text("value")))
                .forEach(entry -> environment.put(entry.getKey(), entry.getValue()));
        boolean relativePath = command.indexOf('/') > 0;
        return new Kubeconfig.Token.Exec(
                fields.text("apiVersion"),
                relativePath ? folder.resolve(command).toString() : command,
                fields.texts("args"),
                environment,
                fields.bool("provideClusterInfo"));
    }
}
