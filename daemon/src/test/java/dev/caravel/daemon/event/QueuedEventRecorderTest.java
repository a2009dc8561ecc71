package dev.caravel.daemon.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.api.PatchType;
import dev.caravel.daemon.run.ManualTicks;
import dev.caravel.daemon.run.Ticks;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class QueuedEventRecorderTest {
    private static final ObjectReference POD =
            new ObjectReferenceBuilder()
                    .withKind("Pod")
                    .withNamespace("shop")
                    .withName("cart")
                    .withUid("u1")
                    .build();

    /** Answers what the test has queued; otherwise all is well. */
    private static final class Server implements ApiRequests {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final Deque<IOException> failures = new ArrayDeque<>();
        CountDownLatch open = new CountDownLatch(0);

        private synchronized <T> T answer(Class<T> type, String call)
                throws IOException, InterruptedException {
            open.await();
            calls.add(call);
            IOException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            try {
                var constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                return constructor.newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public <T> T create(Class<T> type, String path, Object body)
                throws IOException, InterruptedException {
            return answer(type, "POST " + path);
        }

        @Override
        public <T> T patch(Class<T> type, String path, PatchType patchType, String json)
                throws IOException, InterruptedException {
            assertThat(patchType).isEqualTo(PatchType.STRATEGIC_MERGE);
            return answer(type, "PATCH " + path.replaceAll("\\.[0-9a-f]+$", ".X"));
        }

        @Override
        public <T> T get(Class<T> type, String path) throws IOException, InterruptedException {
            return answer(type, "GET " + path);
        }

        @Override
        public <T> T update(Class<T> type, String path, Object body)
                throws IOException, InterruptedException {
            return answer(type, "PUT " + path);
        }

        @Override
        public void delete(String path, String optionsJson) throws IOException {
            throw new IOException("nobody deletes events");
        }

        @Override
        public String raw(String path) throws IOException {
            throw new IOException("nobody reads here");
        }
    }

    private static final String POST = "POST /api/v1/namespaces/shop/events";
    private static final String PATCH = "PATCH /api/v1/namespaces/shop/events/cart.X";

    private final Server server = new Server();

    private static void backOff(EventRecorder recorder) {
        recorder.event(POD, EventRecorder.WARNING, "BackOff", "restarting");
    }

    @Test
    void postsThenPatchesAndPostsAgainWhatHasExpired() {
        try (QueuedEventRecorder recorder =
                QueuedEventRecorder.core("kubelet", "n1", server, Ticks.system())) {
            backOff(recorder);
            backOff(recorder);
            await().until(() -> server.calls.size() == 2);
            server.failures.add(refusal(404, "NotFound"));
            backOff(recorder);
            await().until(() -> server.calls.size() == 4);
        }
        assertThat(server.calls).containsExactly(POST, PATCH, PATCH, POST);
    }

    private static ApiException refusal(int code, String reason) {
        return new ApiException("x", code, reason, "no", Optional.empty());
    }

    @Test
    void keepsTryingWhileTheServerIsAwayButNotAgainstARefusal() {
        ManualTicks ticks = new ManualTicks();
        for (int i = 0; i < 11; i++) {
            server.failures.add(new IOException("connection refused"));
        }
        try (QueuedEventRecorder recorder =
                QueuedEventRecorder.core("kubelet", "n1", server, ticks)) {
            backOff(recorder);
            await().until(() -> server.calls.size() == 12);
            server.failures.add(refusal(403, "Forbidden"));
            recorder.event(POD, EventRecorder.NORMAL, "Started", "a");
            recorder.event(POD, EventRecorder.NORMAL, "Killing", "b");
            await().until(() -> server.calls.size() == 14);
        }
        assertThat(server.calls).hasSize(14);
    }

    @Test
    void neverBlocksTheCallerAndDropsWhatFindsNoRoom() {
        server.open = new CountDownLatch(1);
        QueuedEventRecorder recorder =
                QueuedEventRecorder.core("kubelet", "n1", server, Ticks.system());
        for (int i = 0; i < 1500; i++) {
            recorder.event(POD, EventRecorder.NORMAL, "Reason" + i, "text");
        }
        assertThat(recorder.dropped()).isBetween(490L, 500L);
        server.open.countDown();
        recorder.close();
        assertThat(server.calls).hasSize(25);
    }

    @Test
    void sendsKubeProxysEventsToTheirOwnGroup() {
        try (QueuedEventRecorder recorder =
                QueuedEventRecorder.series("kube-proxy", "n1", server, Ticks.system())) {
            recorder.action(POD, EventRecorder.NORMAL, "Starting", "StartKubeProxy", "");
            await().until(() -> server.calls.size() == 1);
        }
        assertThat(server.calls)
                .containsExactly("POST /apis/events.k8s.io/v1/namespaces/shop/events");
    }
}
