package dev.caravel.kubelet.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registry credentials that every pod on the node may use (contract 1.7): the first readable {@code
 * config.json}, else the first readable {@code .dockercfg}. Read anew for each pull, which is rare
 * enough, so that a changed file counts at once.
 */
public final class NodeKeyring {
    private static final Logger LOG = LoggerFactory.getLogger(NodeKeyring.class);
    private static final int MAX_BYTES = 10 << 20;

    private final List<Path> jsonFiles;
    private final List<Path> legacyFiles;

    private NodeKeyring(List<Path> jsonFiles, List<Path> legacyFiles) {
        this.jsonFiles = List.copyOf(jsonFiles);
        this.legacyFiles = List.copyOf(legacyFiles);
    }

    /**
     * The usual places.
     *
     * @param root the kubelet's root directory, looked at first
     * @param working directory the process runs in
     * @param home of the user it runs as
     */
    public static NodeKeyring of(Path root, Path working, Path home) {
        Path top = Path.of("/");
        return new NodeKeyring(
                List.of(
                        root.resolve("config.json"),
                        working.resolve("config.json"),
                        home.resolve(".docker/config.json"),
                        top.resolve(".docker/config.json")),
                List.of(
                        root.resolve(".dockercfg"),
                        working.resolve(".dockercfg"),
                        home.resolve(".dockercfg"),
                        top.resolve(".dockercfg")));
    }

    List<Credential> lookUp(String repository) {
        DockerConfig config =
                first(jsonFiles, DockerConfig::parseJson)
                        .or(() -> first(legacyFiles, DockerConfig::parseLegacy))
                        .orElseGet(DockerConfig::empty);
        return new Keyring().add(config, new CredentialSource.Node()).lookUp(repository);
    }

    private interface Parser {
        DockerConfig parse(String text) throws DockerConfig.MalformedException;
    }

    private static Optional<DockerConfig> first(List<Path> files, Parser parser) {
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(MAX_BYTES);
                return Optional.of(parser.parse(new String(content, StandardCharsets.UTF_8)));
            } catch (NoSuchFileException absent) {
                LOG.trace("No registry credentials in {}", file);
            } catch (IOException | DockerConfig.MalformedException e) {
                LOG.info(
                        "Cannot use the registry credentials in {}, looking further: {}",
                        file,
                        e.getMessage());
            }
        }
        return Optional.empty();
    }
}
