package dev.caravel.kubelet.agent;

import dev.caravel.config.LoggingConfiguration;
import dev.caravel.config.kubelet.KubeletSettings;
import dev.caravel.daemon.log.LogFormat;
import dev.caravel.daemon.log.LogSettings;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.log.ModuleVerbosity;
import dev.caravel.daemon.run.HealthCheck;
import dev.caravel.daemon.run.NotifySocket;
import dev.caravel.daemon.run.ProcessExit;
import dev.caravel.daemon.run.SelfLimits;
import dev.caravel.daemon.run.ServiceNotifications;
import dev.caravel.daemon.run.StopSignals;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.daemon.run.Watchdog;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the kubelet's process: log, limits, signals, systemd; in between, the kubelet. */
public final class KubeletProcess {

    private static final Logger log = LoggerFactory.getLogger(KubeletProcess.class);

    private KubeletProcess() {}

    /** Runs until a signal ends it; does not return when something fatal happens. */
    public static void run(KubeletSettings.Loaded settings) {
        Map<String, String> environment = System.getenv();
        Logging logging = startLogging(settings, environment);
        ProcessExit exit = ProcessExit.system(logging::close);
        StopSignals signals = StopSignals.install();
        ServiceNotifications systemd = new ServiceNotifications(environment, NotifySocket.system());
        settings.warnings().forEach(w -> log.warn("{}", w));
        log.info("Effective KubeletConfiguration:\n{}", settings.config().toYamlForLog());
        SelfLimits limits = new SelfLimits(Path.of("/proc"), Kernel.processes());
        limits.oomScoreAdj(settings.config().oomScoreAdj());
        limits.openFiles(settings.config().maxOpenFiles());
        Optional<Duration> watchdog =
                ServiceNotifications.watchdogInterval(environment, ProcessHandle.current().pid());
        try (Kubelet kubelet =
                        signals.start(
                                () -> Kubelet.start(settings, logging, exit, Ticks.system()));
                AutoCloseable dog = watchdog(systemd, watchdog, kubelet.checks())) {
            log.debug("Watchdog: {}", dog);
            systemd.ready();
            signals.await();
            systemd.stopping();
        } catch (InterruptedException e) {
            log.info("Ending before the start was finished");
        } catch (Exception e) {
            log.error("The kubelet cannot run", e);
            exit.fatal(String.valueOf(e.getMessage()));
        }
        exit.done();
    }

    private static AutoCloseable watchdog(
            ServiceNotifications systemd, Optional<Duration> interval, List<HealthCheck> checks) {
        return interval.<AutoCloseable>map(i -> Watchdog.start(systemd, i, checks, Ticks.system()))
                .orElse(() -> log.debug("systemd set no watchdog"));
    }

    private static Logging startLogging(
            KubeletSettings.Loaded settings, Map<String, String> environment) {
        LoggingConfiguration c = settings.config().logging();
        LogFormat format =
                switch (c.format()) {
                    case TEXT -> LogFormat.TEXT;
                    case JSON -> LogFormat.JSON;
                };
        List<ModuleVerbosity> modules =
                c.vmodule().stream()
                        .map(m -> new ModuleVerbosity(m.filePattern(), m.verbosity()))
                        .toList();
        try {
            return Logging.start(
                    new LogSettings(format, c.verbosity(), modules, Optional.empty()), environment);
        } catch (IOException e) {
            throw new IllegalStateException("Starting the log failed: " + e.getMessage(), e);
        }
    }
}
