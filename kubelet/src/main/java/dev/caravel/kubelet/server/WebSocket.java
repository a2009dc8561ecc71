package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Duplex;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's side of a WebSocket (RFC 6455). Messages are read in pieces as they come, so that
 * their size costs no memory; pings are answered while reading. One thread reads, any may send.
 */
final class WebSocket implements AutoCloseable {

    /** A piece of a message holds at most so many bytes. */
    static final int PIECE = 32 << 10;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MOST_CONTROL = 125;

    /** Part of a message: the first {@code length} bytes of the buffer given for reading. */
    record Piece(boolean beginsMessage, int length) {}

    private final Duplex connection;
    private final InputStream in;
    private final OutputStream out;
    private final ReentrantLock sending = new ReentrantLock();
    private final byte[] mask = new byte[4];
    private boolean messageOpen;
    private boolean frameIsLast = true;
    private boolean atMessageStart;
    private long left;
    private int maskAt;
    private boolean closeSent;

    private WebSocket(Duplex connection) {
        this.connection = connection;
        this.in = connection.input();
        this.out = connection.output();
    }

    /** Whether a request asks for a WebSocket. */
    static boolean isAskedFor(HttpExchange x) {
        return x.headers().hasToken("Connection", "Upgrade")
                && x.headers()
                        .first("Upgrade")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .equals("websocket");
    }

    /** The protocols a client offers, in its order. */
    static List<String> protocols(HttpExchange x) {
        List<String> protocols = new ArrayList<>();
        for (String header : x.headers().all(PROTOCOL)) {
            for (String protocol : header.split(",", -1)) {
                protocols.add(protocol.strip());
            }
        }
        return protocols;
    }

    /** What is wrong with the request for a WebSocket, to be answered with 400. */
    static Optional<String> problem(HttpExchange x) {
        if (!x.method().equals("GET")) {
            return Optional.of("a WebSocket is asked for with GET");
        }
        if (!x.headers().first("Sec-WebSocket-Version").orElse("").equals("13")) {
            return Optional.of("only version 13 of the WebSocket protocol is spoken");
        }
        try {
            String key = x.headers().first("Sec-WebSocket-Key").orElse("");
            if (Base64.getDecoder().decode(key).length == 16) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException e) {
            return Optional.of("Sec-WebSocket-Key is not base64");
        }
        return Optional.of("Sec-WebSocket-Key must hold 16 bytes");
    }

    /** Accepts a request without a {@link #problem}. */
    static WebSocket accept(HttpExchange x, String protocol) throws IOException {
        List<HttpHeaders.Field> headers = new ArrayList<>();
        headers.add(new HttpHeaders.Field("Upgrade", "websocket"));
        headers.add(
                new HttpHeaders.Field(
                        "Sec-WebSocket-Accept",
                        answer(x.headers().first("Sec-WebSocket-Key").orElseThrow())));
        headers.add(new HttpHeaders.Field(PROTOCOL, protocol));
        return new WebSocket(x.upgrade(headers));
    }

    private static String answer(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    /**
     * Reads the next piece.
     *
     * @param buffer for it
     * @return empty once the client has closed
     * @throws IOException when the connection breaks or the client breaks the protocol
     */
    Optional<Piece> read(byte[] buffer) throws IOException {
        while (left == 0) {
            if (messageOpen && frameIsLast) {
                messageOpen = false;
                if (atMessageStart) {
                    atMessageStart = false;
                    return Optional.of(new Piece(true, 0));
                }
            }
            if (!nextFrame()) {
                return Optional.empty();
            }
        }
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
            throw new EOFException("the client ended within a message");
        }
        left -= count;
        unmask(buffer, count);
        boolean begins = atMessageStart;
        atMessageStart = false;
        return Optional.of(new Piece(begins, count));
    }

    private void unmask(byte[] buffer, int count) {
        for (int i = 0; i < count; i++) {
            buffer[i] ^= mask[maskAt++ & 3];
        }
    }

    /** Reads heads, and whole control frames, up to a frame of data; false at the end. */
    private boolean nextFrame() throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int opcode = first & 0x0f;
        int second = need();
        if ((first & 0x70) != 0 || (second & 0x80) == 0) {
            throw new IOException("the client sent a frame with extensions or without a mask");
        }
        long length = length(second & 0x7f);
        for (int i = 0; i < 4; i++) {
            mask[i] = (byte) need();
        }
        maskAt = 0;
        switch (opcode) {
            case TEXT, BINARY -> {
                if (messageOpen) {
                    throw new IOException("the client began a message within another");
                }
                messageOpen = true;
                atMessageStart = true;
                frameIsLast = (first & 0x80) != 0;
                left = length;
            }
            case CONTINUATION -> {
                if (!messageOpen) {
                    throw new IOException("the client continued no message");
                }
                frameIsLast = (first & 0x80) != 0;
                left = length;
            }
            case CLOSE, PING, PONG -> {
                return control(opcode, length);
            }
            default -> throw new IOException("the client sent opcode " + opcode);
        }
        return true;
    }

    private boolean control(int opcode, long length) throws IOException {
        if (length > MOST_CONTROL) {
            throw new IOException("the client sent a control frame of " + length + " bytes");
        }
        byte[] payload = in.readNBytes((int) length);
        unmask(payload, payload.length);
        if (opcode == PING) {
            send(PONG, payload, 0, payload.length);
        }
        if (opcode == CLOSE) {
            sendClose();
            return false;
        }
        return true;
    }

    private long length(int seven) throws IOException {
        int bytes = seven == 126 ? 2 : (seven == 127 ? 8 : 0);
        long length = bytes == 0 ? seven : 0;
        for (int i = 0; i < bytes; i++) {
            length = (length << 8) | need();
        }
        if (length < 0) {
            throw new IOException("the client announced a frame of more than 2^63 bytes");
        }
        return length;
    }

    private int need() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the client ended within a frame");
        }
        return b;
    }

    /** Sends a binary message. Blocks while the client does not read. */
    void send(byte[] bytes, int from, int length) throws IOException {
        send(BINARY, bytes, from, length);
    }

    private void send(int opcode, byte[] bytes, int from, int length) throws IOException {
        byte[] frame = new byte[length + 10];
        int at = 0;
        frame[at++] = (byte) (0x80 | opcode);
        if (length <= MOST_CONTROL) {
            frame[at++] = (byte) length;
        } else if (length <= 0xffff) {
            frame[at++] = 126;
            frame[at++] = (byte) (length >> 8);
            frame[at++] = (byte) length;
        } else {
            frame[at++] = 127;
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame[at++] = (byte) ((long) length >> shift);
            }
        }
        System.arraycopy(bytes, from, frame, at, length);
        sending.lock();
        try {
            if (!closeSent) {
                out.write(frame, 0, at + length);
                out.flush();
            }
        } finally {
            sending.unlock();
        }
    }

    /** Says that nothing more will be sent, once. */
    void sendClose() throws IOException {
        sending.lock();
        try {
            send(CLOSE, new byte[] {0x03, (byte) 0xe8}, 0, 2);
            closeSent = true;
        } finally {
            sending.unlock();
        }
    }

    /** Ends the connection at once. */
    @Override
    public void close() {
        connection.close();
    }

    /** The bytes of all messages as one connection. */
    Duplex asBytes() {
        return new Bytes();
    }

    private final class Bytes implements Duplex {
        @Override
        public InputStream input() {
            return new MessageInput();
        }

        @Override
        public OutputStream output() {
            return new MessageOutput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            sendClose();
        }

        @Override
        public void close() {
            WebSocket.this.close();
        }
    }

    private final class MessageInput extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            boolean whole = offset == 0 && length == target.length;
            byte[] buffer = whole ? target : new byte[length];
            while (true) {
                Optional<Piece> piece = WebSocket.this.read(buffer);
                if (piece.isEmpty()) {
                    return -1;
                }
                int count = piece.get().length;
                if (count > 0) {
                    if (!whole) {
                        System.arraycopy(buffer, 0, target, offset, count);
                    }
                    return count;
                }
            }
        }
    }

    private final class MessageOutput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            send(bytes, from, length);
        }
    }
}
