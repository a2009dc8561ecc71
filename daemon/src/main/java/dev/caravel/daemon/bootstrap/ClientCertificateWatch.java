package dev.caravel.daemon.bootstrap;

import dev.caravel.daemon.cert.CertificateRotation;
import dev.caravel.daemon.cert.ClientCertificateCheck;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Acts on {@link ClientCertificateCheck}: reports, or ends the process to read new credentials. */
public final class ClientCertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificateWatch.class);

    private final CertificateRotation rotation;
    private final Consumer<String> fatal;
    private final Ticks ticks;
    private final Thread thread;

    /**
     * Begins to watch.
     *
     * @param fatal ends the process with a reason
     */
    public static ClientCertificateWatch start(
            CertificateRotation rotation, Consumer<String> fatal, Ticks ticks) {
        return new ClientCertificateWatch(rotation, fatal, ticks);
    }

    private ClientCertificateWatch(
            CertificateRotation rotation, Consumer<String> fatal, Ticks ticks) {
        this.rotation = rotation;
        this.fatal = fatal;
        this.ticks = ticks;
        this.thread = NamedThreads.start("certificate/check", this::run);
    }

    private void run() {
        Instant lastValid = ticks.now();
        try {
            while (true) {
                if (rotation.current().isPresent()) {
                    lastValid = ticks.now();
                }
                switch (ClientCertificateCheck.decide(
                        rotation.newest(), lastValid, rotation.serverHealthy(), ticks.now())) {
                    case ClientCertificateCheck.Fine fine -> LOG.trace("Certificate: {}", fine);
                    case ClientCertificateCheck.Report report -> LOG.error(report.message());
                    case ClientCertificateCheck.Exit exit -> {
                        fatal.accept(exit.reason());
                        return;
                    }
                }
                ticks.sleep(ClientCertificateCheck.PERIOD);
            }
        } catch (InterruptedException e) {
            LOG.debug("No longer watching the client certificate");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
