package dev.caravel.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class LoggingTest {
    private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);
    private static final String HEADER =
            "[IWE]\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{6} [ \\d]{7} LoggingTest\\.java:\\d+\\] ";

    private final List<String> written = new ArrayList<>();

    private void sink(byte[] bytes, int length) {
        written.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }

    private Logging start(LogFormat format, int verbosity, boolean journal) throws IOException {
        LogSettings settings = new LogSettings(format, verbosity, List.of(), Optional.empty());
        return Logging.start(settings, journal, this::sink);
    }

    @AfterEach
    void restore() throws IOException {
        Logging.start(LogSettings.text(2), Map.of());
    }

    @Test
    void writesKlogText() throws Exception {
        start(LogFormat.TEXT, 2, false);
        LOG.atInfo()
                .setMessage("Pod \"a\" started")
                .addKeyValue("pod", "shop/cart-7")
                .addKeyValue("count", 3)
                .addKeyValue("ok", true)
                .addKeyValue("after", Duration.ofMillis(1500))
                .addKeyValue("ids", List.of("a", "b"))
                .addKeyValue("none", Optional.empty())
                .log();

        assertThat(written).hasSize(1);
        assertThat(written.getFirst())
                .matches(HEADER + "(?s).*")
                .endsWith(
                        "] \"Pod \\\"a\\\" started\" pod=\"shop/cart-7\" count=3 ok=true "
                                + "after=\"1.5s\" ids=[\"a\",\"b\"] none=<nil>\n");
    }

    @Test
    void aPathIsWrittenAsOneValueInBothFormats() throws Exception {
        start(LogFormat.TEXT, 2, false);
        LOG.atInfo().setMessage("Read").addKeyValue("file", Path.of("/a/b")).log();
        start(LogFormat.JSON, 2, false);
        LOG.atInfo().setMessage("Read").addKeyValue("file", Path.of("/a/b")).log();

        assertThat(written.getFirst()).endsWith("] \"Read\" file=\"/a/b\"\n");
        assertThat(written.getLast()).contains("\"file\":\"/a/b\"");
    }

    @Test
    void writesErrorsWithTheirFramesAndWarningsWithout() throws Exception {
        start(LogFormat.TEXT, 2, false);
        Exception cause = new IllegalStateException("inner");
        LOG.error("Failed", new IOException("disk gone", cause));
        LOG.warn("Failed", new IllegalArgumentException("odd"));

        assertThat(written.getFirst())
                .startsWith("E")
                .contains("] \"Failed\" err=\"disk gone\"\n\tat dev.caravel.daemon.log.LoggingTest")
                .contains("\n\tCaused by: IllegalStateException: inner\n\tat ");
        assertThat(written.getLast())
                .startsWith("W")
                .endsWith("] \"Failed\" err=\"IllegalArgumentException: odd\"\n");
    }

    @Test
    void prefixesEveryPhysicalLineForTheJournal() throws Exception {
        start(LogFormat.TEXT, 4, true);
        LOG.atInfo().setMessage("Text").addKeyValue("yaml", "a: 1\nb: 2\n").log();
        LOG.error("Failed", new IOException("disk gone"));
        LOG.debug("Detail");

        assertThat(written.getFirst()).contains(" yaml=<\n<6>\ta: 1\n<6>\tb: 2\n<6> >\n");
        assertThat(written.get(1).lines()).allMatch(line -> line.startsWith("<3>"));
        assertThat(written.getLast()).startsWith("<7>I");
    }

    @Test
    void writesJsonLikeComponentBase() throws Exception {
        start(LogFormat.JSON, 4, false);
        LOG.atInfo().setMessage("Line\none").addKeyValue("pod", "a/b").addKeyValue("n", 1).log();
        LOG.debug("Detail");
        LOG.atError().setMessage("Failed").setCause(new IOException("gone")).log();

        ObjectMapper mapper = new ObjectMapper();
        JsonNode info = mapper.readTree(written.getFirst());
        assertThat(written.getFirst())
                .matches(
                        "\\{\"ts\":\\d{13}(\\.\\d+)?,\"caller\":\"log/LoggingTest.java:\\d+\",.*\n");
        assertThat(info.get("msg").asString()).isEqualTo("Line\none");
        assertThat(info.get("v").asInt()).isZero();
        assertThat(info.get("pod").asString()).isEqualTo("a/b");
        assertThat(info.get("n").asInt()).isEqualTo(1);
        assertThat(mapper.readTree(written.get(1)).get("v").asInt()).isEqualTo(4);
        JsonNode error = mapper.readTree(written.getLast());
        assertThat(error.has("v")).isFalse();
        assertThat(error.get("err").asString()).isEqualTo("gone");
        assertThat(error.get("stacktrace").asString()).startsWith("at dev.caravel");
    }

    @Test
    void changesVerbosityWhileRunning() throws Exception {
        Logging logging = start(LogFormat.TEXT, 2, false);
        LOG.debug("hidden");
        logging.verbosity(4);
        LOG.debug("shown");
        LOG.trace("hidden");
        logging.verbosity(6);
        LOG.trace("shown too");
        assertThat(logging.verbosity()).isEqualTo(6);
        assertThat(written).hasSize(2).allMatch(line -> line.contains("shown"));
    }

    @ParameterizedTest
    @CsvSource({
        "LoggingTest=4, true",
        "Logging*=4, true",
        "?oggingTest=5, true",
        "Other=4, false",
        "dev/caravel/*/log/*=4, true",
        "Other=6;Logging*=4, true",
        "LoggingTest=3, false",
    })
    void letsModulesSayMore(String flag, boolean shown) throws Exception {
        List<ModuleVerbosity> modules = ModuleVerbosity.parse(flag.replace(';', ','));
        Logging.start(
                new LogSettings(LogFormat.TEXT, 2, modules, Optional.empty()), false, this::sink);
        LOG.debug("detail");
        LOG.info("always");
        assertThat(written).hasSize(shown ? 2 : 1);
    }

    @ParameterizedTest
    @CsvSource({"a", "a=x", "=4", "a=-1"})
    void refusesMalformedModuleFlags(String flag) {
        assertThatThrownBy(() -> ModuleVerbosity.parse(flag))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(flag);
    }

    @Test
    void leavesOutWhatIsSaidAgainAndAgain() throws Exception {
        start(LogFormat.TEXT, 2, false);
        for (int i = 0; i < 100; i++) {
            LOG.info("Same {}", 1);
            LOG.info("Different {}", i);
        }
        assertThat(written.stream().filter(line -> line.contains("Same"))).hasSize(10);
        assertThat(written.stream().filter(line -> line.contains("Different"))).hasSize(100);
    }

    @Test
    void countsWhatItLeftOutWhenItSpeaksAgain() {
        RepeatLimiter limiter = new RepeatLimiter();
        long left = 0;
        for (int i = 0; i < 50; i++) {
            left += limiter.admit(99, i) == RepeatLimiter.LEAVE_OUT ? 1 : 0;
        }
        assertThat(left).isEqualTo(40);
        assertThat(limiter.admit(99, 61_000_000_000L)).isEqualTo(40);
        assertThat(limiter.admit(99, 61_000_000_001L)).isZero();
    }

    @Test
    void rotatesFilesAndKeepsSoMany(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("sub/kubelet.log");
        LogSettings settings =
                new LogSettings(
                        LogFormat.TEXT, 2, List.of(), Optional.of(new LogFile(file, 1000, 2)));
        try (Logging logging = Logging.start(settings, false, this::sink)) {
            for (int i = 0; i < 100; i++) {
                LOG.info("Message number {}", i);
            }
            LOG.error("Also on stderr");
            assertThat(logging.verbosity()).isEqualTo(2);
        }
        assertThat(written).singleElement().asString().contains("Also on stderr");
        try (var names = Files.list(file.getParent())) {
            assertThat(names.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("kubelet.log", "kubelet.log.1", "kubelet.log.2");
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(1000);
        assertThat(Files.readString(file)).contains("Also on stderr");
        assertThat(Files.readString(dir.resolve("sub/kubelet.log.1"))).contains("Message number 9");
    }

    @Test
    void passesOnWhatLibrariesLogElsewhere() throws Exception {
        start(LogFormat.TEXT, 2, false);
        java.util.logging.Logger julLogger = java.util.logging.Logger.getLogger("io.grpc.x");
        julLogger.log(java.util.logging.Level.WARNING, "Channel {0} lost", "cri");
        julLogger.info("not for operators");
        assertThat(written).singleElement().asString().contains("] \"Channel cri lost\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor",
                "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler",
                "io.grpc.netty.shaded.io.netty.handler.logging.LoggingHandler",
                "jdk.internal.httpclient.debug"
            })
    void keepsLibrariesFromTracingSecretsWhateverTheFlagsSay(String library) throws Exception {
        List<ModuleVerbosity> modules = ModuleVerbosity.parse("*=10,NettyClientHandler=10");
        Logging.start(
                new LogSettings(LogFormat.TEXT, 10, modules, Optional.empty()), false, this::sink);
        LoggerFactory.getLogger(library).trace("Authorization: Bearer secret");
        LoggerFactory.getLogger(library).debug("OUTBOUND DATA: PASSWORD=secret");
        LoggerFactory.getLogger(library).info("env PASSWORD=secret");
        assertThat(written).isEmpty();
        LoggerFactory.getLogger(library).warn("Connection lost");
        assertThat(written).hasSize(1);
    }

    @Test
    void knowsTheJournalByDeviceAndInode(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("stream"));
        String stream =
                Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
        assertThat(JournalStream.isStderr(Map.of("JOURNAL_STREAM", stream), file)).isTrue();
        assertThat(JournalStream.isStderr(Map.of("JOURNAL_STREAM", "1:2"), file)).isFalse();
        assertThat(JournalStream.isStderr(Map.of(), file)).isFalse();
        assertThat(JournalStream.isStderr(Map.of("JOURNAL_STREAM", stream), dir.resolve("no")))
                .isFalse();
    }

    @Test
    void quotesAsGoDoes() {
        StringBuilder out = new StringBuilder();
        GoQuote.append(out, "a\"b\\c\n\t\u0001é\u00a0\u200b😀");
        assertThat(out.toString()).isEqualTo("\"a\\\"b\\\\c\\n\\t\\x01é\\u00a0\\u200b😀\"");
    }
}
