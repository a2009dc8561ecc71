package dev.caravel.kubelet.objects;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.event.EventSink;
import dev.caravel.kubelet.event.PodEvent;
import dev.caravel.kubelet.objects.CertificateRules.Answer;
import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCertificateProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequestStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for podCertificate sources (KEP-4317): a key made here, a PodCertificateRequest, the
 * signer's answer, and again when it is time. One virtual thread a source. Nothing is kept over a
 * restart: then every source asks anew.
 */
public final class PodCertificates implements PodCredentials, AutoCloseable {
    private static final String PATH = "/apis/certificates.k8s.io/v1/podcertificaterequests";

    private final ApiClient api;
    private final CertificateRequests requests;
    private final Node node;
    private final EventSink events;
    private final Consumer<PodRef> onChange;
    private final Ticks ticks;
    private final Map<Source, SourceLife> sources = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Watched<Answered> watch;

    /** One podCertificate source of a pod. */
    record Source(PodRef pod, String volume, int index) {}

    /** What is kept of a request. */
    private record Answered(String podUid, Answer answer) {}

    /**
     * The node that asks.
     *
     * @param uid of its Node object; empty while it is not known
     */
    public record Node(String name, Supplier<Optional<String>> uid) {}

    /**
     * @param onChange told of a pod whose certificate is issued; must be short
     */
    public PodCertificates(
            ApiClient api,
            ServiceAccounts accounts,
            Node node,
            EventSink events,
            Consumer<PodRef> onChange,
            Ticks ticks) {
        this.api = api;
        this.requests = new CertificateRequests(api.requests(), accounts, node);
        this.node = node;
        this.events = events;
        this.onChange = onChange;
        this.ticks = ticks;
    }

    /** A pod is new: its certificates are asked for. More often does nothing. */
    public void register(Pod pod) {
        for (Volume volume : pod.getSpec().getVolumes()) {
            List<VolumeProjection> projections =
                    volume.getProjected() == null ? List.of() : volume.getProjected().getSources();
            for (int i = 0; i < projections.size(); i++) {
                PodCertificateProjection wanted = projections.get(i).getPodCertificate();
                if (wanted != null) {
                    start(new Source(PodRef.of(pod), volume.getName(), i), pod, wanted);
                }
            }
        }
    }

    /** A pod is gone: its keys are forgotten. */
    public void unregister(String podUid) {
        sources.entrySet()
                .removeIf(entry -> {
                    boolean gone = entry.getKey().pod().uid().equals(podUid);
                    if (gone) {
                        entry.getValue().end();
                    }
                    return gone;
                });
    }

    @Override
    public Credential credential(PodRef pod, String volume, int sourceIndex)
            throws ObjectUnavailableException {
        SourceLife life = sources.get(new Source(pod, volume, sourceIndex));
        CertificateState state = life == null ? new CertificateState.Unrequested() : life.state();
        if (state instanceof CertificateState.Refused(String verdict, String reason, String text)) {
            throw new ObjectUnavailableException(
                    "PodCertificateRequest was permanently "
                            + verdict
                            + ": reason=\""
                            + reason
                            + "\" message=\""
                            + text
                            + "\"");
        }
        CertificateState.Issued issued =
                state.current()
                        .orElseThrow(() ->
                                new ObjectUnavailableException(
                                        "credential bundle is not issued yet"));
        return new Credential(issued.privateKey(), issued.chain());
    }

    /** How many sources stand where, for metric {@code podcertificate_states}. */
    public Map<SignerState, Integer> states(Instant now) {
        Map<SignerState, Integer> counts = new HashMap<>();
        sources.values()
                .forEach(life ->
                        counts.merge(
                                new SignerState(
                                        life.signer(),
                                        CertificateRules.metricState(life.state(), now)),
                                1,
                                Integer::sum));
        return counts;
    }

    /** Labels of the metric. */
    public record SignerState(String signer, String state) {}

    @Override
    public void close() {
        sources.values().forEach(SourceLife::end);
        lock.lock();
        try {
            if (watch != null) {
                watch.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void start(Source source, Pod pod, PodCertificateProjection wanted) {
        sources.computeIfAbsent(
                source,
                _ ->
                        new SourceLife(
                                source,
                                wanted.getSignerName(),
                                owner(source, pod, wanted),
                                ticks,
                                RandomGenerator.getDefault()));
        lock.lock();
        try {
            if (watch == null) {
                watch =
                        api.watch(
                                WatchSpec.of(
                                                "podcertificaterequests",
                                                PodCertificateRequest.class,
                                                PATH)
                                        .withFields("spec.nodeName=" + node.name())
                                        .keeping(PodCertificates::kept),
                                new Pokes());
            }
        } finally {
            lock.unlock();
        }
    }

    private SourceLife.Owner owner(Source source, Pod pod, PodCertificateProjection wanted) {
        return new SourceLife.Owner() {
            @Override
            public SourceLife.Sent send() throws ObjectUnavailableException, InterruptedException {
                return requests.send(pod, wanted);
            }

            @Override
            public Optional<Answer> answer(String request) {
                return seen(source.pod().namespace() + "/" + request);
            }

            @Override
            public void record(PodEvent event) {
                events.event(source.pod(), event);
            }

            @Override
            public void issued() {
                onChange.accept(source.pod());
            }
        };
    }

    private Optional<Answer> seen(String key) {
        lock.lock();
        try {
            return watch == null ? Optional.empty() : watch.get(key).map(Answered::answer);
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Answered> kept(PodCertificateRequest request) {
        return Optional.of(
                new Answered(request.getSpec().getPodUID(), answerOf(request.getStatus())));
    }

    static Answer answerOf(@Nullable PodCertificateRequestStatus status) {
        List<Condition> conditions =
                status == null || status.getConditions() == null
                        ? List.of()
                        : status.getConditions();
        for (Condition condition : conditions) {
            switch (condition.getType()) {
                case "Denied" -> {
                    return no("denied", condition);
                }
                case "Failed" -> {
                    return no("failed", condition);
                }
                case "Issued" -> {
                    return issued(Objects.requireNonNull(status));
                }
                default -> {}
            }
        }
        return new Answer.Pending();
    }

    private static Answer no(String verdict, Condition condition) {
        return new Answer.No(
                verdict,
                Objects.requireNonNullElse(condition.getReason(), ""),
                Objects.requireNonNullElse(condition.getMessage(), ""));
    }

    /** The API server checks these fields; what is broken all the same counts as a failure. */
    private static Answer issued(PodCertificateRequestStatus status) {
        Function<byte[], String> text = CertificateText::certificate;
        try {
            return new Answer.Yes(
                    String.join(
                            "",
                            CertificateText.blocks(status.getCertificateChain()).stream()
                                    .map(text)
                                    .toList()),
                    Instant.parse(status.getBeginRefreshAt()),
                    Instant.parse(status.getNotAfter()));
        } catch (DateTimeException | NullPointerException e) {
            return new Answer.No("failed", "Malformed", "the status of the request is incomplete");
        }
    }

    /** Wakes the sources of a pod one of whose requests has changed. */
    private final class Pokes implements WatchListener<Answered> {
        @Override
        public void onPut(String key, Answered value) {
            poke(value.podUid());
        }

        @Override
        public void onRemove(String key, Answered last) {
            poke(last.podUid());
        }

        private void poke(String podUid) {
            sources.forEach((source, life) -> {
                if (source.pod().uid().equals(podUid)) {
                    life.poke();
                }
            });
        }
    }
}
