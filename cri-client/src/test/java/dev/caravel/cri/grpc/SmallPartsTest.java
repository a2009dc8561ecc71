package dev.caravel.cri.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravel.cri.Bytes;
import dev.caravel.cri.EnvVar;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.proto.cri.Signal;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPartsTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    unix:///run/containerd/containerd.sock, /run/containerd/containerd.sock
                    /run/crio/crio.sock,                    /run/crio/crio.sock
                    """)
    void anEndpointNamesAUnixSocket(String endpoint, String path) {
        assertThat(RuntimeEndpoint.parse(endpoint).socket()).isEqualTo(Path.of(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tcp://127.0.0.1:80",
                "npipe:////./pipe/containerd",
                "unix://run/relative.sock",
                "run/relative.sock"
            })
    void anEndpointThatIsNoUnixSocketIsRefused(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuntimeEndpoint.parse(endpoint))
                .withMessageContaining("\"" + endpoint + "\"");
    }

    @Test
    void anEndpointLongerThanTheKernelTakesIsRefused() {
        assertThat(RuntimeEndpoint.parse("unix:///" + "x".repeat(106)).socket()).isAbsolute();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuntimeEndpoint.parse("unix:///" + "x".repeat(107)))
                .withMessageContaining("107 bytes");
    }

    @Test
    void refusedConnectionsAreTriedAgainAfterGrowingDelays() {
        var backoff = new ReconnectBackoff();
        long now = 1_000_000_000_000L;
        var attempts = new ArrayList<Long>();
        for (long ms = 0; ms < 20_000; ms += 10) {
            if (backoff.attemptIsDue(now + ms * 1_000_000)) {
                attempts.add(ms);
            }
        }

        assertThat(attempts.subList(0, 4)).containsExactly(100L, 260L, 520L, 930L);
        assertThat(attempts.getLast() - attempts.get(attempts.size() - 2)).isEqualTo(3_000L);

        backoff.succeeded();
        assertThat(backoff.attemptIsDue(now)).isFalse();
        assertThat(backoff.attemptIsDue(now + 100_000_000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Signal.class)
    void everySignalHasTheNameOfThePodApi(Signal signal) {
        var name = SignalWire.read(signal);

        if (signal == Signal.SIGNAL_RUNTIME_DEFAULT || signal == Signal.UNRECOGNIZED) {
            assertThat(name).isEmpty();
        } else {
            assertThat(name.orElseThrow()).matches("SIG[A-Z0-9]+([+-][0-9]+)?");
            assertThat(SignalWire.toWire(name.orElseThrow())).isEqualTo(signal);
        }
    }

    @Test
    void realTimeSignalsAreWrittenWithTheirDistance() {
        assertThat(SignalWire.read(Signal.SIGNAL_SIGRTMINPLUS15)).contains("SIGRTMIN+15");
        assertThat(SignalWire.read(Signal.SIGNAL_SIGRTMAXMINUS2)).contains("SIGRTMAX-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TERM", "SIGNOSUCH", "RUNTIME_DEFAULT", "15"})
    void anUnknownSignalIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignalWire.toWire(name))
                .withMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',        id is empty
                    a/../b,    id holds the character U+002F at 1
                    'a\u0007', id holds the character U+0007 at 1
                    """)
    void anIdThatCannotBePartOfAFileNameIsRefused(String id, String problem) {
        assertThatThrownBy(() -> Answer.id("id", id))
                .isInstanceOf(Answer.Unusable.class)
                .hasMessage(problem);
    }

    @Test
    void anEndlessIdIsRefused() {
        assertThat(Answer.id("id", "x".repeat(1024))).hasSize(1024);
        assertThatThrownBy(() -> Answer.id("id", "x".repeat(1025)))
                .hasMessage("id has 1025 characters");
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    0,                    absent
                    -6795364578871345152, absent
                    1500000000,           1970-01-01T00:00:01.500Z
                    9223372036854775807,  2262-04-11T23:47:16.854775807Z
                    """)
    void aTimeThatIsNotYetIsAbsent(long nanos, String expected) {
        assertThat(Answer.timeIfSet("t", nanos).map(Instant::toString).orElse("absent"))
                .isEqualTo(expected);
    }

    @Test
    void impossibleTimesAndCountsAreRefused() {
        assertThatThrownBy(() -> Answer.timeIfSet("t", -1)).hasMessage("t is -1 ns since 1970");
        assertThatThrownBy(() -> Answer.knownTime("t", 0)).hasMessage("t is not set");
        assertThatThrownBy(() -> Answer.count("attempt", -1)).hasMessage("attempt is 4294967295");
    }

    static Stream<Arguments> statuses() {
        return Stream.of(
                arguments(Status.UNKNOWN, Code.UNKNOWN),
                arguments(Status.NOT_FOUND, Code.NOT_FOUND),
                arguments(Status.UNAVAILABLE, Code.UNAVAILABLE),
                arguments(Status.CANCELLED, Code.UNAVAILABLE),
                arguments(Status.CANCELLED.withCause(new InterruptedException()), Code.CANCELLED),
                arguments(Status.UNKNOWN.withCause(new ClosedChannelException()), Code.UNAVAILABLE),
                arguments(
                        Status.INTERNAL.withCause(
                                Http2Exception.connectionError(Http2Error.NO_ERROR, "gone")),
                        Code.UNAVAILABLE),
                arguments(
                        Status.INTERNAL.withCause(new InvalidProtocolBufferException("rubbish")),
                        Code.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void aBrokenConnectionIsUnavailableWhateverGrpcCallsIt(Status status, Code code) {
        assertThat(Calls.code(status)).isEqualTo(code);
    }

    @Test
    void secretsDoNotShowWhenPrinted() {
        assertThat(EnvVar.of("TOKEN", "s3cret").toString())
                .isEqualTo("EnvVar[name=TOKEN, value=6 bytes]");
        assertThat(
                        new RegistryCredentials("u", "s3cret", "s3cret", "r", "s3cret", "s3cret")
                                .toString())
                .isEqualTo("RegistryCredentials[username=u, serverAddress=r]");
    }

    @Test
    void bytesAreCopiedAndComparedByContent() {
        byte[] source = {1, 2, (byte) 0xff};
        var bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toArray()[1] = 9;

        assertThat(bytes.toArray()).containsExactly(1, 2, 0xff);
        assertThat(bytes).isEqualTo(Bytes.copyOf(bytes.asBuffer()));
        assertThat(bytes).hasSameHashCodeAs(Bytes.copyOf(bytes.toArray()));
        assertThat(bytes).isNotEqualTo(Bytes.empty());
        assertThat(bytes.size()).isEqualTo(3);
        assertThat(bytes.asBuffer().isReadOnly()).isTrue();
        assertThat(Bytes.utf8("ä").utf8()).isEqualTo("ä");
        assertThat(Optional.of(Bytes.copyOf(new byte[0]))).contains(Bytes.empty());
    }
}
