import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** The objects over HTTP/2 and TLS, as a kube-apiserver shows them. */
final class ApiServer implements AutoCloseable {
    private static final int LONGEST_BODY = 4 << 20;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final ApiObjects objects;
    private final SslContext tls;
    private final Channel channel;

    private ApiServer(PrivateKey key, X509Certificate certificate, ApiObjects objects)
            throws Exception {
        this.objects = objects;
        this.tls =
                SslContextBuilder.forServer(key, certificate)
                        .sslProvider(SslProvider.JDK)
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        ApplicationProtocolConfig.Protocol.ALPN,
                                        ApplicationProtocolConfig.SelectorFailureBehavior
                                                .NO_ADVERTISE,
                                        ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                                .ACCEPT,
                                        List.of("h2")))
                        .build();
        this.channel =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(connections())
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
    }

    static ApiServer start(PrivateKey key, X509Certificate certificate, ApiObjects objects)
            throws Exception {
        return new ApiServer(key, certificate, objects);
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private ChannelInitializer<Channel> connections() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                connection
                        .pipeline()
                        .addLast(
                                tls.newHandler(connection.alloc()),
                                Http2FrameCodecBuilder.forServer().build(),
                                new Http2MultiplexHandler(streams()));
            }
        };
    }

    private ChannelInitializer<Channel> streams() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline()
                        .addLast(
                                new Http2StreamFrameToHttpObjectCodec(true),
                                new HttpObjectAggregator(LONGEST_BODY),
                                new Requests());
            }
        };
    }

    private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext stream, FullHttpRequest request) {
            QueryStringDecoder url = new QueryStringDecoder(request.uri());
            String selector =
                    url.parameters().getOrDefault("fieldSelector", List.of("")).getFirst();
            if (url.parameters().containsKey("watch")) {
                watch(stream, url.path(), selector);
                return;
            }
            ApiObjects.Answer answer =
                    objects.answer(
                            request.method().name(),
                            url.path(),
                            selector,
                            request.content().toString(StandardCharsets.UTF_8));
            var response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.valueOf(answer.code()),
                            Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8));
            response.headers().set("content-type", "application/json");
            stream.writeAndFlush(response);
        }

        private void watch(ChannelHandlerContext stream, String collection, String selector) {
            var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set("content-type", "application/json");
            stream.writeAndFlush(head);
            objects.watch(
                    collection,
                    selector,
                    line ->
                            stream.executor()
                                    .execute(() ->
                                            stream.writeAndFlush(
                                                    new DefaultHttpContent(
                                                            Unpooled.copiedBuffer(
                                                                    line,
                                                                    StandardCharsets.UTF_8)))));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext stream, Throwable cause) {
            System.err.println("fake API server: " + cause);
            ReferenceCountUtil.release(cause);
            stream.close();
        }
    }

    @Override
    public void close() {
        channel.close();
        loops.shutdownGracefully();
    }
}
