package dev.caravel.kubelet.image;

import dev.caravel.config.GoDuration;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.kubelet.image.CredentialProviderConfig.PluginConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a plugin's executable: the question goes to its input, the answer comes from its output. */
final class ExecCredentialPlugin implements CredentialPlugin {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** A plugin answers with a few credentials; more than this is a mistake. */
    private static final int MAX_OUTPUT = 1 << 20;

    private static final int MAX_ERROR = 4096;

    private final PluginConfig provider;
    private final Path executable;
    private final Duration timeout;

    ExecCredentialPlugin(PluginConfig provider, Path directory) {
        this(provider, directory, TIMEOUT);
    }

    ExecCredentialPlugin(PluginConfig provider, Path directory, Duration timeout) {
        this.provider = provider;
        this.executable = directory.resolve(provider.name());
        this.timeout = timeout;
    }

    @Override
    public Answer ask(Question question) throws IOException, InterruptedException {
        return answer(run(request(question), question.image()));
    }

    private byte[] request(Question question) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("kind", "CredentialProviderRequest");
        request.put("apiVersion", provider.apiVersion());
        request.put("image", question.image());
        question.token().ifPresent(token -> request.put("serviceAccountToken", token));
        if (!question.annotations().isEmpty()) {
            request.put("serviceAccountAnnotations", question.annotations());
        }
        return Serialization.asJson(request).getBytes(StandardCharsets.UTF_8);
    }

    private String run(byte[] input, String image) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(provider.args());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(provider.env());
        Process process = builder.start();
        String name = "credential-plugin/" + provider.name();
        AtomicReference<String> output = new AtomicReference<>("");
        AtomicReference<String> errors = new AtomicReference<>("");
        Thread out =
                NamedThreads.start(
                        name + "/out", () -> read(process.getInputStream(), MAX_OUTPUT, output));
        Thread err =
                NamedThreads.start(
                        name + "/err", () -> read(process.getErrorStream(), MAX_ERROR, errors));
        Thread in = NamedThreads.start(name + "/in", () -> write(process.getOutputStream(), input));
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException(
                        failed(image) + " did not answer in " + GoDuration.format(timeout));
            }
            out.join(TIMEOUT);
            err.join(TIMEOUT);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            in.interrupt();
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    failed(image)
                            + ": exit status "
                            + process.exitValue()
                            + ": "
                            + errors.get().strip());
        }
        return output.get();
    }

    private String failed(String image) {
        return "error execing credential provider plugin "
                + provider.name()
                + " for image "
                + image;
    }

    private static void write(OutputStream to, byte[] content) {
        try (to) {
            to.write(content);
        } catch (IOException ignoredInput) {
            // A plugin need not read the question; what it answers is what counts.
        }
    }

    private static void read(InputStream from, int max, AtomicReference<String> into) {
        try (from) {
            into.set(new String(from.readNBytes(max), StandardCharsets.UTF_8));
            from.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ended) {
            // The process was killed; why is reported by who killed it.
        }
    }

    private Answer answer(String text) throws IOException {
        Map<?, ?> answer;
        if (!text.stripLeading().startsWith("{")) {
            throw new IOException("error decoding credential provider plugin response from stdout");
        }
        try {
            answer = Serialization.unmarshal(text, Map.class);
        } catch (KubernetesClientException | IllegalArgumentException e) {
            // the exception quotes the answer, which holds credentials
            throw new IOException("error decoding credential provider plugin response from stdout");
        }
        if (answer == null || !provider.apiVersion().equals(answer.get("apiVersion"))) {
            throw new IOException(
                    "apiVersion from credential plugin response did not match expected"
                            + " apiVersion:"
                            + provider.apiVersion()
                            + ", actual apiVersion:"
                            + (answer == null ? "" : answer.get("apiVersion")));
        }
        if (!"CredentialProviderResponse".equals(answer.get("kind"))) {
            throw new IOException(
                    "failed to decode CredentialProviderResponse, unexpected Kind: "
                            + answer.get("kind"));
        }
        return new Answer(config(answer.get("auth")), scope(answer), cacheDuration(answer));
    }

    private static DockerConfig config(@Nullable Object auth) throws IOException {
        Map<String, DockerConfig.Entry> entries = new LinkedHashMap<>();
        if (auth instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> item : map.entrySet()) {
                if (!(item.getValue() instanceof Map<?, ?> entry)) {
                    throw new IOException(
                            "error decoding credential provider plugin response from stdout");
                }
                entries.put(
                        String.valueOf(item.getKey()),
                        new DockerConfig.Entry(
                                text(entry, "username"), text(entry, "password"), ""));
            }
        }
        return new DockerConfig(entries);
    }

    private static Scope scope(Map<?, ?> answer) throws IOException {
        return switch (text(answer, "cacheKeyType")) {
            case "Image" -> Scope.IMAGE;
            case "Registry" -> Scope.REGISTRY;
            case "Global" -> Scope.GLOBAL;
            default ->
                    throw new IOException(
                            "credential provider plugin did not return a valid cacheKeyType: "
                                    + answer.get("cacheKeyType"));
        };
    }

    private static Optional<Duration> cacheDuration(Map<?, ?> answer) throws IOException {
        String text = text(answer, "cacheDuration");
        Optional<Duration> duration = GoDuration.parse(text);
        if (!text.isEmpty() && duration.isEmpty()) {
            throw new IOException(
                    "credential provider plugin returned the cacheDuration '"
                            + text
                            + "', which is no duration");
        }
        return duration;
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }
}
