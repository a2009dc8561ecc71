package dev.caravel.daemon.api;

import dev.caravel.daemon.cert.KeyMaterial;
import dev.caravel.daemon.cert.Pem;
import dev.caravel.daemon.cert.ReloadedFiles;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the {@link Identity} a kubeconfig describes. */
final class Identities {
    private Identities() {}

    private record Static(
            Supplier<Optional<String>> header, Supplier<Optional<KeyMaterial>> material)
            implements Identity {
        @Override
        public Optional<String> authorization() {
            return header.get();
        }

        @Override
        public Optional<KeyMaterial> certificate() {
            return material.get();
        }

        @Override
        public void rejected() {
            // files are looked at again anyway, and nothing better is to be had
        }
    }

    /**
     * The identity of {@code config}.
     *
     * @throws IOException when an inline certificate cannot be used; files may come later
     */
    static Identity of(Kubeconfig config, Ticks ticks) throws IOException {
        Supplier<Optional<KeyMaterial>> certificate = Optional::empty;
        if (config.certificate().isPresent()) {
            certificate = certificate(config.certificate().get(), ticks);
        }
        return of(config, certificate, ticks);
    }

    /** The identity of {@code config}, with a certificate from elsewhere. */
    static Identity of(
            Kubeconfig config, Supplier<Optional<KeyMaterial>> certificate, Ticks ticks) {
        return switch (config.token()) {
            case Kubeconfig.Token.None none -> new Static(Optional::empty, certificate);
            case Kubeconfig.Token.Inline inline ->
                    new Static(fixed("Bearer " + inline.token()), certificate);
            case Kubeconfig.Token.Basic basic -> {
                String both = basic.user() + ":" + basic.password();
                String encoded =
                        Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
                yield new Static(fixed("Basic " + encoded), certificate);
            }
            case Kubeconfig.Token.File file -> new Static(token(file.path(), ticks), certificate);
            case Kubeconfig.Token.Exec exec -> new ExecIdentity(exec, config, ticks);
        };
    }

    private static Supplier<Optional<String>> fixed(String header) {
        Optional<String> value = Optional.of(header);
        return () -> value;
    }

    private static Supplier<Optional<String>> token(Path file, Ticks ticks) {
        ReloadedFiles<String> token =
                new ReloadedFiles<>(
                        "bearer token",
                        List.of(file),
                        contents -> header(file, contents.getFirst()),
                        ticks);
        return token::get;
    }

    private static String header(Path file, byte[] content) throws IOException {
        String token = new String(content, StandardCharsets.UTF_8).strip();
        if (token.isEmpty()) {
            throw new IOException(file + " is empty");
        }
        return "Bearer " + token;
    }

    private static Supplier<Optional<KeyMaterial>> certificate(
            Kubeconfig.ClientCertificate certificate, Ticks ticks) throws IOException {
        List<Path> files = new ArrayList<>();
        certificate.chain().file().ifPresent(files::add);
        certificate.key().file().ifPresent(files::add);
        if (files.size() == 2 && files.getFirst().equals(files.getLast())) {
            files.removeLast(); // one file with both
        }
        if (files.isEmpty()) {
            Optional<KeyMaterial> material = Optional.of(load(certificate));
            return () -> material;
        }
        ReloadedFiles<KeyMaterial> material =
                new ReloadedFiles<>(
                        "client certificate", files, contents -> load(certificate), ticks);
        return material::get;
    }

    private static KeyMaterial load(Kubeconfig.ClientCertificate certificate) throws IOException {
        try {
            return Pem.keyMaterial(certificate.chain().read(), certificate.key().read());
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "client certificate "
                            + certificate.chain()
                            + " with key "
                            + certificate.key()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
