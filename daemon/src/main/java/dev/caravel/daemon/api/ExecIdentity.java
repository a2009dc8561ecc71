package dev.caravel.daemon.api;

import dev.caravel.config.GoDuration;
import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The identity a credential plugin prints (client.authentication.k8s.io). Kept until it expires or
 * the server rejects it. A plugin that fails leaves us without identity and is asked again a little
 * later.
 */
final class ExecIdentity implements Identity {
    private static final Logger LOG = LoggerFactory.getLogger(ExecIdentity.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final int MAX_OUTPUT = 1 << 20;

    private record Credential(
            Optional<String> header, Optional<KeyMaterial> material, Instant until) {}

    private final Kubeconfig.Token.Exec plugin;
    private final Kubeconfig config;
    private final Ticks ticks;
    private final JsonMapper json = JsonMapper.builder().build();
    private @Nullable Credential credential;

    ExecIdentity(Kubeconfig.Token.Exec plugin, Kubeconfig config, Ticks ticks) {
        this.plugin = plugin;
        this.config = config;
        this.ticks = ticks;
    }

    @Override
    public Optional<String> authorization() {
        return current().header;
    }

    @Override
    public Optional<KeyMaterial> certificate() {
        return current().material;
    }

    @Override
    public synchronized void rejected() {
        credential = null;
    }

    private synchronized Credential current() {
        Credential held = credential;
        if (held == null || !ticks.now().isBefore(held.until)) {
            held = fetch();
            credential = held;
        }
        return held;
    }

    private Credential fetch() {
        try {
            return parse(run());
        } catch (IOException | GeneralSecurityException | JacksonException e) {
            LOG.error(
                    "Credential plugin {} failed: {}; trying again in {}",
                    plugin.command(),
                    e.getMessage(),
                    GoDuration.format(AFTER_FAILURE));
            Instant again = ticks.now().plus(AFTER_FAILURE);
            return new Credential(Optional.empty(), Optional.empty(), again);
        }
    }

    private String run() throws IOException {
        List<String> line = new ArrayList<>();
        line.add(plugin.command());
        line.addAll(plugin.arguments());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(plugin.environment());
        builder.environment().put("KUBERNETES_EXEC_INFO", request());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            process.getOutputStream().close();
            Thread.ofVirtual().name("exec/" + plugin.command()).start(() -> endInTime(process));
            byte[] bytes = out.readNBytes(MAX_OUTPUT + 1);
            int status = process.waitFor();
            if (status != 0 || bytes.length > MAX_OUTPUT) {
                throw new IOException(
                        bytes.length > MAX_OUTPUT
                                ? "more than " + MAX_OUTPUT + " bytes of output"
                                : "exit status " + status);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void endInTime(Process process) {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private String request() throws IOException {
        Map<String, Object> spec = new HashMap<>();
        spec.put("interactive", false);
        if (plugin.provideClusterInfo()) {
            Map<String, Object> cluster = new HashMap<>();
            cluster.put("server", config.server().toString());
            if (!config.tlsServerName().isEmpty()) {
                cluster.put("tls-server-name", config.tlsServerName());
            }
            if (config.insecure()) {
                cluster.put("insecure-skip-tls-verify", true);
            }
            if (config.authority().isPresent()) {
                byte[] pem = config.authority().get().read();
                cluster.put("certificate-authority-data", Base64.getEncoder().encodeToString(pem));
            }
            spec.put("cluster", cluster);
        }
        return json.writeValueAsString(
                Map.of("apiVersion", plugin.apiVersion(), "kind", "ExecCredential", "spec", spec));
    }

    private Credential parse(String output) throws IOException, GeneralSecurityException {
        JsonNode root = json.readTree(output);
        JsonNode status = root.path("status");
        String version = root.path("apiVersion").asString("");
        if (!version.equals(plugin.apiVersion())) {
            throw new IOException(
                    "it speaks '" + version + "', the kubeconfig says " + plugin.apiVersion());
        }
        String token = status.path("token").asString("");
        String chain = status.path("clientCertificateData").asString("");
        String key = status.path("clientKeyData").asString("");
        if (token.isEmpty() && chain.isEmpty()) {
            throw new IOException("its status has neither token nor certificate");
        }
        Optional<KeyMaterial> material = Optional.empty();
        if (!chain.isEmpty()) {
            material =
                    Optional.of(
                            Pem.keyMaterial(
                                    chain.getBytes(StandardCharsets.US_ASCII),
                                    key.getBytes(StandardCharsets.US_ASCII)));
        }
        return new Credential(
                token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token),
                material,
                expiry(status.path("expirationTimestamp").asString("")));
    }

    private static Instant expiry(String text) throws IOException {
        try {
            return text.isEmpty() ? Instant.MAX : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IOException("its expirationTimestamp '" + text + "' is no time", e);
        }
    }
}
