package dev.caravel.kubelet.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A runtime's streaming server that speaks SPDY: what comes on stdin goes out on stdout, what comes
 * on resize on stderr; the end of stdin ends the command with a status.
 */
final class SpdyServer implements AutoCloseable {
    static final String STATUS = "{\"metadata\":{},\"status\":\"Success\"}";

    private final ServerSocket listener;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> streams = new ConcurrentHashMap<>();

    SpdyServer() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    List<String> heads() {
        return heads;
    }

    /** Numbers of the streams the client opened, by type. */
    Map<String, Integer> streams() {
        return streams;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                serve(client);
                heads.add("ended");
            } catch (IOException | DataFormatException e) {
                heads.add("failed: " + e);
            }
        }
    }

    private void serve(Socket client) throws IOException, DataFormatException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        heads.add(head.toString());
        out.write(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));
        Inflater inflater = new Inflater();
        control(out, 6, new byte[] {0, 0, 0, 2});
        while (true) {
            int first = in.read();
            if (first < 0) {
                return;
            }
            int number = (first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int word = in.readInt();
            byte[] body = in.readNBytes(word & 0xffffff);
            if (number >= 0) {
                data(out, number, body, word >>> 24 == 1);
            } else if ((number & 0xffff) == 1) {
                int stream = ((body[2] & 0xff) << 8) | (body[3] & 0xff);
                inflater.setInput(body, 10, body.length - 10);
                byte[] block = new byte[1000];
                int length = inflater.inflate(block);
                String text = new String(block, 0, length, StandardCharsets.ISO_8859_1);
                streams.put(text.substring(text.indexOf("streamtype") + 14), stream);
                control(out, 2, new byte[] {0, 0, 0, (byte) stream, 0, 0, 0, 0});
            } else if ((number & 0xffff) == 6) {
                heads.add("ping answered");
            }
        }
    }

    private void data(DataOutputStream out, int stream, byte[] body, boolean ends)
            throws IOException {
        boolean input = stream == number("stdin");
        frame(out, number(input ? "stdout" : "stderr"), 0, body);
        if (input && ends) {
            frame(out, number("error"), 0, STATUS.getBytes(StandardCharsets.UTF_8));
            for (String type : List.of("error", "stdout", "stderr")) {
                if (streams.containsKey(type)) {
                    frame(out, number(type), 1, new byte[0]);
                }
            }
        }
    }

    private int number(String type) {
        return Optional.ofNullable(streams.get(type)).orElse(0);
    }

    private static void frame(DataOutputStream out, int stream, int flags, byte[] body)
            throws IOException {
        out.writeInt(stream);
        out.writeInt((flags << 24) | body.length);
        out.write(body);
    }

    private static void control(DataOutputStream out, int type, byte[] body) throws IOException {
        out.writeInt(0x80030000 | type);
        out.writeInt(body.length);
        out.write(body);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
