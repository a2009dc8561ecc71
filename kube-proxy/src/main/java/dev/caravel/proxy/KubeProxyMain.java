package dev.caravel.proxy;

import dev.caravel.config.LoggingConfiguration;
import dev.caravel.config.Warning;
import dev.caravel.config.proxy.KubeProxyConfiguration;
import dev.caravel.config.proxy.KubeProxySettings;
import dev.caravel.config.proxy.ProxyMode;
import dev.caravel.daemon.log.LogFormat;
import dev.caravel.daemon.log.LogSettings;
import dev.caravel.daemon.log.Logging;
import dev.caravel.daemon.log.ModuleVerbosity;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.linux.netlink.nft.NetlinkNftables;
import dev.caravel.linux.netlink.nft.Nftables;
import dev.caravel.proxy.cleanup.IptablesCleanup;
import dev.caravel.proxy.cleanup.NftablesCleanup;
import dev.caravel.proxy.server.ConfigFileWatch;
import dev.caravel.proxy.server.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code kube-proxy} command. */
public final class KubeProxyMain {
    private static final Logger log = LoggerFactory.getLogger(KubeProxyMain.class);
    private static final int OK = 0;
    private static final int FAILED = 1;

    private KubeProxyMain() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        Runtime.getRuntime().halt(run(args));
    }

    private static int run(String... args) {
        return switch (KubeProxySettings.load(args)) {
            case KubeProxySettings.ShowHelp help -> print(help.text());
            case KubeProxySettings.ShowVersion version -> print(version.text());
            case KubeProxySettings.Rejected rejected -> {
                rejected.complaints()
                        .forEach(complaint -> System.err.println("Error: " + complaint));
                System.err.flush();
                yield FAILED;
            }
            case KubeProxySettings.Loaded loaded -> start(loaded);
        };
    }

    private static int print(String text) {
        System.out.print(text);
        System.out.flush();
        return OK;
    }

    private static int start(KubeProxySettings.Loaded settings) {
        KubeProxyConfiguration config = settings.config();
        try (Logging logging = Logging.start(logSettings(config.logging()), System.getenv())) {
            try {
                for (Warning warning : settings.warnings()) {
                    log.warn("{}", warning);
                }
                return serve(settings, logging);
            } catch (IOException e) {
                log.error("command failed", e);
                return FAILED;
            } catch (InterruptedException e) {
                log.error("command was interrupted", e);
                return FAILED;
            }
        } catch (IOException e) {
            System.err.println("Error: " + e.getMessage());
            System.err.flush();
            return FAILED;
        }
    }

    private static LogSettings logSettings(LoggingConfiguration config) {
        return new LogSettings(
                config.format() == LoggingConfiguration.Format.JSON
                        ? LogFormat.JSON
                        : LogFormat.TEXT,
                config.verbosity(),
                config.vmodule().stream()
                        .map(item -> new ModuleVerbosity(item.filePattern(), item.verbosity()))
                        .toList(),
                Optional.empty());
    }

    private static int serve(KubeProxySettings.Loaded settings, Logging logging)
            throws IOException, InterruptedException {
        KubeProxyConfiguration config = settings.config();
        Optional<Path> writeTo = settings.flags().writeConfigTo();
        if (writeTo.isPresent()) {
            Files.writeString(writeTo.get(), config.toYaml());
            log.info("Wrote configuration to {}", writeTo.get());
            return OK;
        }
        boolean clean = cleanUp(config.mode(), settings.flags().cleanup());
        if (settings.flags().cleanup()) {
            if (!clean) {
                log.error("encountered an error while tearing down rules");
            }
            return clean ? OK : FAILED;
        }
        if (config.mode() == ProxyMode.IPVS) {
            throw new IOException(
                    "proxy mode ipvs is not served: upstream has deprecated it and removes it in"
                            + " Kubernetes 1.43 (KEP-5495). Set mode: nftables");
        }
        try (ProxyServer server =
                        new ProxyServer(
                                settings,
                                nodeName(config.hostnameOverride()),
                                System.getenv(),
                                Ticks.system());
                ConfigFileWatch watch =
                        ConfigFileWatch.start(settings.flags().config(), server::end)) {
            log.debug("Watching {}", watch);
            Optional<String> reason = server.run(logging);
            reason.ifPresent(text -> log.error("Ending: {}", text));
            return reason.isPresent() ? FAILED : OK;
        }
    }

    /** Node names are lower case, whatever the host calls itself. */
    private static String nodeName(String override) throws IOException {
        String name = override.isEmpty() ? InetAddress.getLocalHost().getHostName() : override;
        String trimmed = name.strip().toLowerCase(Locale.ROOT);
        if (trimmed.isEmpty()) {
            throw new IOException("empty hostname is invalid");
        }
        return trimmed;
    }

    /**
     * Takes away what other modes have left, or with {@code all} what any mode has left.
     *
     * @return false when something could not be taken away
     */
    private static boolean cleanUp(ProxyMode mode, boolean all) {
        List<Cleanup> steps =
                all
                        ? List.of(IptablesCleanup::run, NftablesCleanup::run)
                        : mode == ProxyMode.NFTABLES
                                ? List.of(IptablesCleanup::run)
                                : List.of(NftablesCleanup::run);
        boolean clean = true;
        for (Cleanup step : steps) {
            try (Nftables nft = NetlinkNftables.open()) {
                step.run(nft);
            } catch (IOException e) {
                log.warn("Removing what another mode has left failed; going on: {}", e.toString());
                clean = false;
            }
        }
        return clean;
    }

    private interface Cleanup {
        void run(Nftables nft) throws IOException;
    }
}
