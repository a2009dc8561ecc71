package dev.caravel.kubelet.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.Deflater;

/**
 * As much of a SPDY/3.1 client as a container runtime's streaming server asks for: opens streams,
 * sends and receives their data. The headers of answers are not looked at, and there is no flow
 * control, as in the libraries of the peers: whoever takes data slowly holds up the connection.
 */
final class SpdyClient implements AutoCloseable {

    private static final int CONTROL = 0x8003;
    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int FIN = 1;
    private static final int PIECE = 32 << 10;
    private static final int MOST_CONTROL = 1 << 20;

    /** Takes what the server sends, on the thread that reads. */
    interface Receiver {
        /** Some data of a stream. */
        void data(int stream, byte[] bytes, int length) throws IOException;

        /**
         * The server sends nothing more on a stream.
         *
         * @return whether to read on
         */
        boolean ended(int stream) throws IOException;
    }

    private final DataInputStream in;
    private final OutputStream out;
    private final Deflater deflater = new Deflater();
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Integer, CountDownLatch> replies = new ConcurrentHashMap<>();
    private int nextStream = 1;

    /** Speaks over a connection that has switched protocols. */
    SpdyClient(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /**
     * Opens a stream; data may be sent once {@link #await} returns.
     *
     * @param headers with names in lower case
     * @return its number
     */
    int open(Map<String, String> headers) throws IOException {
        sending.lock();
        try {
            int stream = nextStream;
            nextStream += 2;
            replies.put(stream, new CountDownLatch(1));
            byte[] block = compress(block(headers));
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(frame);
            data.writeShort(CONTROL);
            data.writeShort(SYN_STREAM);
            data.writeInt(10 + block.length);
            data.writeInt(stream);
            data.writeInt(0);
            data.writeShort(0);
            data.write(block);
            out.write(frame.toByteArray());
            out.flush();
            return stream;
        } finally {
            sending.unlock();
        }
    }

    private static byte[] block(Map<String, String> headers) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeInt(headers.size());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            for (String text : new String[] {header.getKey(), header.getValue()}) {
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                data.writeInt(encoded.length);
                data.write(encoded);
            }
        }
        return bytes.toByteArray();
    }

    /** One compression goes through all header blocks of a connection. */
    private byte[] compress(byte[] block) {
        deflater.setInput(block);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        int count;
        do {
            count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            compressed.write(buffer, 0, count);
        } while (count == buffer.length);
        return compressed.toByteArray();
    }

    /** Waits until the server has taken a stream, or the connection has ended. */
    void await(int stream) throws InterruptedException {
        CountDownLatch reply = replies.get(stream);
        if (reply != null) {
            reply.await();
        }
    }

    /** Sends data; blocks while the server does not read. */
    void send(int stream, byte[] bytes, int from, int length) throws IOException {
        data(stream, 0, bytes, from, length);
    }

    /** Ends our direction of a stream. */
    void end(int stream) throws IOException {
        data(stream, FIN, new byte[0], 0, 0);
    }

    private void data(int stream, int flags, byte[] bytes, int from, int length)
            throws IOException {
        byte[] frame = new byte[8 + length];
        put(frame, 0, stream);
        put(frame, 4, (flags << 24) | length);
        System.arraycopy(bytes, from, frame, 8, length);
        sending.lock();
        try {
            out.write(frame);
            out.flush();
        } finally {
            sending.unlock();
        }
    }

    private static void put(byte[] frame, int at, int value) {
        for (int i = 0; i < 4; i++) {
            frame[at + i] = (byte) (value >> (24 - 8 * i));
        }
    }

    /**
     * Reads until the receiver has had enough or the server ends the connection.
     *
     * @throws IOException when the connection breaks; the receiver's failures too
     */
    void read(Receiver receiver) throws IOException {
        try {
            boolean more = true;
            while (more) {
                int first = in.read();
                if (first < 0) {
                    return;
                }
                int head = (first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
                int word = in.readInt();
                int flags = word >>> 24;
                int length = word & 0xffffff;
                more =
                        head < 0
                                ? control(head & 0xffff, flags, length, receiver)
                                : payload(head, flags, length, receiver);
            }
        } finally {
            replies.values().forEach(CountDownLatch::countDown);
        }
    }

    private boolean payload(int stream, int flags, int length, Receiver receiver)
            throws IOException {
        byte[] piece = new byte[Math.min(PIECE, length)];
        int left = length;
        while (left > 0) {
            int count = in.read(piece, 0, Math.min(piece.length, left));
            if (count < 0) {
                throw new EOFException("the runtime ended within a frame");
            }
            receiver.data(stream, piece, count);
            left -= count;
        }
        return (flags & FIN) == 0 || receiver.ended(stream);
    }

    private boolean control(int type, int flags, int length, Receiver receiver) throws IOException {
        if (length > MOST_CONTROL) {
            throw new IOException("the runtime sent a control frame of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the runtime ended within a frame");
        }
        return switch (type) {
            case SYN_REPLY -> {
                CountDownLatch reply = replies.get(number(body));
                if (reply != null) {
                    reply.countDown();
                }
                yield (flags & FIN) == 0 || receiver.ended(number(body));
            }
            case RST_STREAM -> receiver.ended(number(body));
            case PING -> {
                answerPing(body);
                yield true;
            }
            case GOAWAY -> false;
            default -> true;
        };
    }

    private static int number(byte[] body) throws IOException {
        if (body.length < 4) {
            throw new IOException("the runtime sent a control frame that is too short");
        }
        return ((body[0] & 0x7f) << 24)
                | ((body[1] & 0xff) << 16)
                | ((body[2] & 0xff) << 8)
                | (body[3] & 0xff);
    }

    /** Frees the memory of the compression; the connection is the caller's. */
    @Override
    public void close() {
        sending.lock();
        try {
            deflater.end();
        } finally {
            sending.unlock();
        }
    }

    /** Even numbers are the server's own pings. */
    private void answerPing(byte[] body) throws IOException {
        if (number(body) % 2 != 0) {
            return;
        }
        byte[] frame = new byte[12];
        put(frame, 0, 0x80030000 | PING);
        put(frame, 4, 4);
        System.arraycopy(body, 0, frame, 8, 4);
        sending.lock();
        try {
            out.write(frame);
            out.flush();
        } finally {
            sending.unlock();
        }
    }
}
