package dev.caravel.kubelet.explain;

import dev.caravel.daemon.run.NamedThreads;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket of {@code caravel explain}, mode 0600. A client sends one line, {@code pods} or
 * {@code pod NAMESPACE/NAME}, and gets one word, {@code found} or {@code unknown}, on a line of its
 * own, then the text, then the end.
 */
public final class ExplainSocket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ExplainSocket.class);

    /** Name of the socket in the kubelet's root directory; {@code caravel} knows it too. */
    public static final String NAME = "explain.sock";

    private static final int LONGEST_QUESTION = 1024;
    private static final int CLIENTS = 8;

    private final Path path;
    private final Explainer explainer;
    private final ServerSocketChannel listener;
    private final Semaphore room = new Semaphore(CLIENTS);
    private final Thread accepter;

    private ExplainSocket(Path path, Explainer explainer, ServerSocketChannel listener) {
        this.path = path;
        this.explainer = explainer;
        this.listener = listener;
        this.accepter = NamedThreads.start("explain/accept", this::accept);
    }

    /**
     * Listens in {@code rootDir}, in place of what an earlier kubelet left there.
     *
     * @throws IOException when it cannot
     */
    public static ExplainSocket open(Path rootDir, Explainer explainer) throws IOException {
        Path path = rootDir.resolve(NAME);
        Files.deleteIfExists(path);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(path));
            // Until then the umask keeps others from connecting, which takes the right to write.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            listener.close();
            throw new IOException("listen on " + path + ": " + e.getMessage(), e);
        }
        return new ExplainSocket(path, explainer, listener);
    }

    private void accept() {
        while (true) {
            try {
                room.acquire();
                SocketChannel client = listener.accept();
                NamedThreads.start("explain/client", () -> serve(client));
            } catch (AsynchronousCloseException | InterruptedException e) {
                return;
            } catch (IOException e) {
                log.warn("Accepting on {} failed: {}. It is closed.", path, e.toString());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            String text = answer(question(client));
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            log.debug("A client of {} went away: {}", path, e.toString());
        } finally {
            room.release();
        }
    }

    private static String question(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST_QUESTION);
        while (buffer.hasRemaining() && client.read(buffer) >= 0) {
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            if (end >= 0) {
                return text.substring(0, end).strip();
            }
        }
        return "";
    }

    private String answer(String question) {
        Explainer.Answer answer;
        if (question.equals("pods")) {
            answer = explainer.pods();
        } else if (question.startsWith("pod ")) {
            answer = explainer.pod(question.substring("pod ".length()).strip());
        } else {
            answer =
                    new Explainer.Answer(
                            false, java.util.List.of("Ask \"pods\" or \"pod NAMESPACE/NAME\"."));
        }
        return (answer.found() ? "found\n" : "unknown\n")
                + String.join("\n", answer.lines())
                + "\n";
    }

    @Override
    public void close() {
        accepter.interrupt();
        try {
            listener.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("Closing {}: {}", path, e.toString());
        }
    }
}
