package dev.caravel.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request on a {@link HttpConnection}. */
final class Exchange implements HttpExchange {
    /** How far the answer has got. */
    enum Progress {
        NONE,
        WHOLE,
        STREAMING,
        UPGRADED
    }

    private final HttpConnection connection;
    private final RequestHead head;
    private final String path;
    private final Query query;
    private final RequestBody body;
    private final List<HttpHeaders.Field> responseHeaders = new ArrayList<>();
    private final List<Runnable> goneActions = new ArrayList<>();
    private Progress progress = Progress.NONE;
    private boolean keepAlive;
    private boolean invited;
    private boolean gone;
    private @Nullable StreamedBody streamed;

    Exchange(HttpConnection connection, RequestHead head, long maxBodyBytes) throws BadRequest {
        this.connection = connection;
        this.head = head;
        this.keepAlive = head.keepAlive();
        this.body =
                new RequestBody(
                        connection.input(),
                        head,
                        maxBodyBytes,
                        connection.settings().idleTimeout(),
                        this::invite);
        if (head.contentLength() > maxBodyBytes) {
            throw new BadRequest(413, "request body larger than " + maxBodyBytes + " bytes");
        }
        try {
            this.path = PercentDecoder.decode(head.rawPath());
            this.query = Query.parse(head.rawQuery());
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, "malformed percent escape");
        }
    }

    private void invite() throws IOException {
        if (head.expectsContinue() && progress == Progress.NONE) {
            invited = true;
            connection.output().write(ResponseHead.CONTINUE);
        }
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String rawTarget() {
        return head.originForm();
    }

    @Override
    public Query query() {
        return query;
    }

    @Override
    public HttpHeaders headers() {
        return head.headers();
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return connection.peerCertificates();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public boolean secure() {
        return connection.secure();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void addHeader(String name, String value) {
        requireUnanswered();
        responseHeaders.add(new HttpHeaders.Field(name, value));
    }

    @Override
    public void respond(int status, String contentType, byte[] content) throws IOException {
        requireUnanswered();
        progress = Progress.WHOLE;
        keepAlive &= status < 400 || body.ended() || !head.expectsContinue();
        ResponseHead response = new ResponseHead(status, contentType, responseHeaders, keepAlive);
        boolean bodiless = status == 204 || status == 304;
        byte[] start = response.bytes(bodiless ? "" : "Content-Length: " + content.length + "\r\n");
        boolean sendBody = !bodiless && !head.method().equals("HEAD");
        if (!sendBody || content.length > ResponseHead.JOIN_BYTES) {
            connection.output().write(start);
            if (sendBody) {
                connection.output().write(content);
            }
            return;
        }
        byte[] both = new byte[start.length + content.length];
        System.arraycopy(start, 0, both, 0, start.length);
        System.arraycopy(content, 0, both, start.length, content.length);
        connection.output().write(both);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        requireUnanswered();
        progress = Progress.STREAMING;
        connection.output().stallLimit(HttpConnection.STREAM_STALL);
        boolean chunked = head.minorVersion() >= 1;
        keepAlive &= chunked;
        ResponseHead response = new ResponseHead(status, contentType, responseHeaders, keepAlive);
        connection.output().write(response.bytes(chunked ? "Transfer-Encoding: chunked\r\n" : ""));
        streamed = new StreamedBody(connection.output(), chunked, head.method().equals("HEAD"));
        watchClient();
        return streamed;
    }

    @Override
    public Duplex upgrade(List<HttpHeaders.Field> headers) throws IOException {
        requireUnanswered();
        if (head.minorVersion() == 0 || !body.ended()) {
            throw new IOException("this request cannot be upgraded: HTTP/1.0, or a body not read");
        }
        progress = Progress.UPGRADED;
        keepAlive = false;
        List<HttpHeaders.Field> all = new ArrayList<>(headers);
        all.addAll(responseHeaders);
        connection.output().write(ResponseHead.switchingProtocols(all));
        return connection.tunnel();
    }

    private void watchClient() throws IOException {
        if (body.ended()) {
            connection.input().watch(this::hungUp);
        }
    }

    private void hungUp() {
        List<Runnable> actions;
        synchronized (goneActions) {
            gone = true;
            actions = List.copyOf(goneActions);
            goneActions.clear();
        }
        actions.forEach(Runnable::run);
        connection.abort();
    }

    @Override
    public void onClientGone(Runnable action) {
        synchronized (goneActions) {
            if (!gone) {
                goneActions.add(action);
                action = () -> {};
            }
        }
        action.run();
        try {
            watchClient();
        } catch (IOException e) {
            hungUp();
        }
    }

    @Override
    public boolean clientGone() {
        synchronized (goneActions) {
            return gone;
        }
    }

    private void requireUnanswered() {
        if (progress != Progress.NONE) {
            throw new IllegalStateException("response to " + head.method() + " has begun already");
        }
    }

    Progress progress() {
        return progress;
    }

    /**
     * Ends the response after the handler has returned normally.
     *
     * @return true when the connection may carry another request
     */
    boolean finish() throws IOException {
        if (streamed != null) {
            streamed.close();
        }
        synchronized (goneActions) {
            goneActions.clear();
        }
        if (!keepAlive || clientGone()) {
            return false;
        }
        boolean bodyMayNeverCome = head.expectsContinue() && !invited && !body.ended();
        return !bodyMayNeverCome && body.drain();
    }
}
