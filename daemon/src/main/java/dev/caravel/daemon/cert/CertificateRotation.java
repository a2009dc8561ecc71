package dev.caravel.daemon.cert;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.JitteredBackoff;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one certificate of the node fresh: waits until {@link RotationPlan} says so, has a new one
 * signed, stores it and tells who uses it.
 */
public final class CertificateRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRotation.class);
    private static final Duration SIGNING_LIMIT = Duration.ofMinutes(15);

    /** Looking at the wall clock this often notices its jumps and a suspended machine. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /**
     * What a rotation needs.
     *
     * @param name in thread name and log lines, {@code client} or {@code serving}
     * @param subject whom the certificate is for; empty while unknown
     * @param api the API as seen with the given certificate; without one, with the bootstrap
     *     credentials
     * @param listener hears each new certificate after it was stored; must not block
     * @param metrics counted here
     */
    public record Settings(
            String name,
            Signer signer,
            Supplier<Optional<CertificateSubject>> subject,
            CertificateStore store,
            Function<Optional<KeyMaterial>, ApiRequests> api,
            RotationListener listener,
            RotationMetrics metrics) {}

    /** Hears of new certificates. */
    @FunctionalInterface
    public interface RotationListener {
        void rotated(KeyMaterial material);
    }

    private final Settings settings;
    private final Ticks ticks;
    private final RandomGenerator random;
    private final SigningRequests requests;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition poked = lock.newCondition();
    private final Thread thread;
    private @Nullable KeyMaterial material;
    private boolean serverHealthy;
    private boolean forced;
    private boolean poke;

    /**
     * Loads the stored certificate and begins.
     *
     * @param initial used and replaced at once when nothing usable is stored (a certificate
     *     embedded in kubelet.conf, as kubeadm leaves it on control planes)
     */
    public static CertificateRotation start(
            Settings settings, Optional<KeyMaterial> initial, Ticks ticks) {
        return new CertificateRotation(
                settings, initial, ticks, RandomGenerator.getDefault(), new SigningRequests(ticks));
    }

    CertificateRotation(
            Settings settings,
            Optional<KeyMaterial> initial,
            Ticks ticks,
            RandomGenerator random,
            SigningRequests requests) {
        this.settings = settings;
        this.ticks = ticks;
        this.random = random;
        this.requests = requests;
        Optional<KeyMaterial> stored = settings.store().current().filter(this::unexpired);
        this.material = stored.or(() -> initial).orElse(null);
        this.forced = stored.isEmpty() && initial.isPresent();
        if (forced) {
            store(initial.orElseThrow());
        }
        this.thread = NamedThreads.start("certificate/" + settings.name(), this::run);
    }

    private boolean unexpired(KeyMaterial candidate) {
        return ticks.now().isBefore(candidate.leaf().getNotAfter().toInstant());
    }

    private void store(KeyMaterial initial) {
        try {
            settings.store().update(initial);
        } catch (IOException e) {
            LOG.error("Storing the initial certificate failed; going on with it unstored", e);
        }
    }

    /** The certificate to use; empty when there is none or it has expired. */
    public Optional<KeyMaterial> current() {
        lock.lock();
        try {
            return Optional.ofNullable(material).filter(this::unexpired);
        } finally {
            lock.unlock();
        }
    }

    /** The certificate last obtained, even if it has expired. */
    public Optional<KeyMaterial> newest() {
        lock.lock();
        try {
            return Optional.ofNullable(material);
        } finally {
            lock.unlock();
        }
    }

    /** True when the API server has lately answered a request of ours, be it with a no. */
    public boolean serverHealthy() {
        lock.lock();
        try {
            return serverHealthy;
        } finally {
            lock.unlock();
        }
    }

    /** Says that the subject may have changed, for example with the node's addresses. */
    public void subjectChanged() {
        lock.lock();
        try {
            poke = true;
            poked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            double spread = random.nextDouble();
            JitteredBackoff retries =
                    new JitteredBackoff(
                            Duration.ofSeconds(2), 2, Duration.ofSeconds(32), 0.1, random);
            while (!Thread.currentThread().isInterrupted()) {
                Instant now = ticks.now();
                switch (plan(spread, now)) {
                    case RotationPlan.Wait wait -> await(Duration.between(now, wait.until()));
                    case RotationPlan.Unknown unknown -> {
                        LOG.trace("Not asking for a certificate yet: {}", unknown);
                        await(LONGEST_WAIT);
                    }
                    case RotationPlan.Request request -> {
                        if (rotate(request.why())) {
                            spread = random.nextDouble();
                            retries.reset();
                        } else {
                            ticks.sleep(retries.next());
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Rotation of the {} certificate ends", settings.name());
        }
    }

    private RotationPlan plan(double spread, Instant now) {
        Optional<X509Certificate> certificate =
                forced ? Optional.empty() : newest().map(KeyMaterial::leaf);
        return RotationPlan.decide(certificate, settings.subject().get(), spread, now);
    }

    private void await(Duration duration) throws InterruptedException {
        Duration longest = duration.compareTo(LONGEST_WAIT) < 0 ? duration : LONGEST_WAIT;
        lock.lock();
        try {
            long left = longest.toNanos();
            while (left > 0 && !poke) {
                left = poked.awaitNanos(left);
            }
            poke = false;
        } finally {
            lock.unlock();
        }
    }

    private boolean rotate(String why) throws InterruptedException {
        LOG.info("Requesting a {} certificate: {}", settings.name(), why);
        try {
            CertificateSubject subject = settings.subject().get().orElseThrow();
            CertificateRequest request = CertificateRequest.create(subject);
            ApiRequests api = settings.api().apply(current());
            SigningRequests.Submitted submitted = submit(api, request);
            KeyMaterial signed =
                    requests.await(
                            api, submitted, request, SIGNING_LIMIT, () -> !stillWanted(subject));
            settings.store().update(signed);
            use(signed);
            return true;
        } catch (IOException | GeneralSecurityException e) {
            settings.metrics().failures().inc();
            LOG.error(
                    "Obtaining a {} certificate failed; trying again soon: {}",
                    settings.name(),
                    e.getMessage());
            return false;
        }
    }

    private SigningRequests.Submitted submit(ApiRequests api, CertificateRequest request)
            throws IOException, InterruptedException {
        try {
            SigningRequests.Submitted submitted =
                    requests.submit(api, request, settings.signer(), "");
            LOG.info("Certificate signing request {} created", submitted.name());
            return submitted;
        } catch (IOException e) {
            health(e instanceof ApiException answer && answersAtAll(answer));
            throw e;
        }
    }

    /** 401 may come from a proxy that ends TLS, 403 and 404 from the server itself: it lives. */
    private static boolean answersAtAll(ApiException answer) {
        return answer.code() == 401 || answer.forbidden() || answer.notFound();
    }

    private void health(boolean healthy) {
        lock.lock();
        try {
            serverHealthy = healthy;
        } finally {
            lock.unlock();
        }
    }

    private boolean stillWanted(CertificateSubject subject) {
        return settings.subject().get().filter(subject::equals).isPresent();
    }

    private void use(KeyMaterial signed) {
        KeyMaterial old;
        lock.lock();
        try {
            old = material;
            material = signed;
            serverHealthy = true;
            forced = false;
        } finally {
            lock.unlock();
        }
        Instant expires = signed.leaf().getNotAfter().toInstant();
        LOG.info("Using a new {} certificate, valid until {}", settings.name(), expires);
        if (old != null) {
            Duration age = Duration.between(old.leaf().getNotBefore().toInstant(), ticks.now());
            settings.metrics().age(age);
        }
        settings.listener().rotated(signed);
    }

    /** Stops rotating; the certificate stays. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
