package dev.caravel.ctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code caravel explain pod}: asks the kubelet of this node, on a socket in its root directory
 * that only root may open, what a pod waits for and why, and prints the answer.
 */
final class ExplainPod {

    private static final Path DEFAULT_ROOT = Path.of("/var/lib/kubelet");
    private static final String ROOT_FLAG = "--root-dir";

    /** As the kubelet's {@code ExplainSocket} has it. */
    private static final String SOCKET = "explain.sock";

    private ExplainPod() {}

    /** 1 when there is no such pod or no kubelet that answers. */
    static int run(List<String> args, Terminal terminal) {
        Path root = DEFAULT_ROOT;
        String pod = "";
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.startsWith(ROOT_FLAG + "=")) {
                root = Path.of(arg.substring(ROOT_FLAG.length() + 1));
            } else if (arg.equals(ROOT_FLAG) && i + 1 < args.size()) {
                i++;
                root = Path.of(args.get(i));
            } else if (arg.startsWith("-") || !pod.isEmpty()) {
                terminal.err()
                        .println(
                                "caravel explain pod: \""
                                        + arg
                                        + "\" is not expected here; it takes one NAMESPACE/NAME and "
                                        + ROOT_FLAG);
                return ExitCode.USAGE;
            } else {
                pod = arg;
            }
        }
        return ask(root.resolve(SOCKET), pod.isEmpty() ? "pods" : "pod " + pod, terminal);
    }

    private static int ask(Path socket, String question, Terminal terminal) {
        try {
            String answer = exchange(socket, question);
            int end = answer.indexOf('\n');
            boolean found = end >= 0 && answer.substring(0, end).equals("found");
            (found ? terminal.out() : terminal.err()).print(answer.substring(end + 1));
            return found ? ExitCode.OK : ExitCode.FAULT;
        } catch (IOException e) {
            terminal.err().println(problem(socket, e));
            return ExitCode.FAULT;
        }
    }

    private static String exchange(Path socket, String question) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer bytes = ByteBuffer.wrap((question + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static String problem(Path socket, IOException e) {
        String what = "caravel explain pod: no kubelet answers on " + socket + ": ";
        if (e instanceof AccessDeniedException || "Permission denied".equals(e.getMessage())) {
            return what + "permission denied; only root may ask";
        }
        return Files.exists(socket)
                ? what + e.getMessage() + "; is it running?"
                : what
                        + "there is no such socket; is the kubelet running, and is this its root"
                        + " directory? ("
                        + ROOT_FLAG
                        + ")";
    }
}
