package dev.caravel.kubelet.server;

import dev.caravel.daemon.http.Duplex;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHeaders;
import dev.caravel.daemon.http.Query;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An exchange that remembers what was answered and how many bytes passed, for the audit line. */
final class CountedExchange implements HttpExchange {

    private final HttpExchange inner;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile int status;

    CountedExchange(HttpExchange inner) {
        this.inner = inner;
    }

    /** Bytes of the body, or of the upgraded connection, to the client. */
    long sent() {
        return sent.get();
    }

    /** Bytes of the upgraded connection from the client. */
    long received() {
        return received.get();
    }

    /** The status answered; 0 before that. */
    int status() {
        return status;
    }

    @Override
    public void respond(int code, String contentType, byte[] body) throws IOException {
        status = code;
        inner.respond(code, contentType, body);
        sent.addAndGet(body.length);
    }

    @Override
    public OutputStream stream(int code, String contentType) throws IOException {
        status = code;
        return new CountedOutput(inner.stream(code, contentType), sent);
    }

    @Override
    public Duplex upgrade(List<HttpHeaders.Field> headers) throws IOException {
        status = 101;
        Duplex raw = inner.upgrade(headers);
        return new CountedDuplex(
                raw,
                new CountedInput(raw.input(), received),
                new CountedOutput(raw.output(), sent));
    }

    private record CountedDuplex(Duplex raw, InputStream input, OutputStream output)
            implements Duplex {
        @Override
        public void shutdownOutput() throws IOException {
            raw.shutdownOutput();
        }

        @Override
        public void close() {
            raw.close();
        }
    }

    private static final class CountedOutput extends FilterOutputStream {
        private final AtomicLong count;

        private CountedOutput(OutputStream out, AtomicLong count) {
            super(out);
            this.count = count;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            count.addAndGet(length);
        }
    }

    private static final class CountedInput extends FilterInputStream {
        private final AtomicLong count;

        private CountedInput(InputStream in, AtomicLong count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            count.addAndGet(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int n = in.read(bytes, from, length);
            count.addAndGet(Math.max(n, 0));
            return n;
        }
    }

    @Override
    public String method() {
        return inner.method();
    }

    @Override
    public String path() {
        return inner.path();
    }

    @Override
    public String rawTarget() {
        return inner.rawTarget();
    }

    @Override
    public Query query() {
        return inner.query();
    }

    @Override
    public HttpHeaders headers() {
        return inner.headers();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return inner.peerCertificates();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return inner.localAddress();
    }

    @Override
    public boolean secure() {
        return inner.secure();
    }

    @Override
    public InputStream body() {
        return inner.body();
    }

    @Override
    public void addHeader(String name, String value) {
        inner.addHeader(name, value);
    }

    @Override
    public void onClientGone(Runnable action) {
        inner.onClientGone(action);
    }

    @Override
    public boolean clientGone() {
        return inner.clientGone();
    }
}
