package dev.caravel.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceNotificationsTest {
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = Map.of("NOTIFY_SOCKET", "@systemd");
    private final ServiceNotifications systemd =
            new ServiceNotifications(environment, (to, text) -> sent.add(to + " " + text));

    @Test
    void tellsWhatHappensOnOneLineEach() {
        systemd.ready();
        systemd.status("two\nlines");
        systemd.stopping();
        assertThat(sent)
                .containsExactly(
                        "@systemd READY=1", "@systemd STATUS=two lines", "@systemd STOPPING=1");
    }

    @Test
    void saysNothingOutsideSystemd() throws Exception {
        ServiceNotifications none =
                new ServiceNotifications(Map.of(), (to, text) -> sent.add(text));
        none.ready();
        assertThat(none.send("WATCHDOG=1")).isFalse();
        assertThat(sent).isEmpty();
    }

    @Test
    void survivesASocketThatRefuses() {
        new ServiceNotifications(
                        environment,
                        (to, text) -> {
                            throw new IOException("ECONNREFUSED");
                        })
                .ready();
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "30000000, '', PT15S",
        "30000000, 42, PT15S",
        "30000000, 43, ''",
        "'', '', ''",
        "1000001, '', PT0.5000005S",
    })
    void notifiesAtHalfTheWatchdogTime(String micros, String meantFor, String interval) {
        Map<String, String> values = Map.of("WATCHDOG_USEC", micros, "WATCHDOG_PID", meantFor);
        assertThat(ServiceNotifications.watchdogInterval(values, 42))
                .isEqualTo(Optional.of(interval).filter(s -> !s.isEmpty()).map(Duration::parse));
    }

    @ParameterizedTest
    @CsvSource({"1000000", "-5", "soon", "99999999999999999999"})
    void refusesAWatchdogTimeOfOneSecondOrNone(String micros) {
        Map<String, String> values = Map.of("WATCHDOG_USEC", micros);
        assertThatThrownBy(() -> ServiceNotifications.watchdogInterval(values, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(micros);
    }

    @Test
    void staysSilentWhileACheckFails() {
        AtomicReference<Optional<String>> problem =
                new AtomicReference<>(Optional.of("stuck for 6m"));
        HealthCheck loop = new HealthCheck("syncloop", problem::get);
        List<HealthCheck> checks = List.of(HealthCheck.PING, loop);
        assertThat(Watchdog.firstProblem(checks)).contains("syncloop: stuck for 6m");
        Watchdog watchdog = Watchdog.start(systemd, Duration.ofMillis(10), checks, Ticks.system());
        await().during(Duration.ofMillis(100)).until(sent::isEmpty);
        problem.set(Optional.empty());
        await().until(() -> sent.contains("@systemd WATCHDOG=1"));
        watchdog.close();
    }
}
