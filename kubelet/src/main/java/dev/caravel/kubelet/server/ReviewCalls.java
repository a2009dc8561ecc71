package dev.caravel.kubelet.server;

import dev.caravel.daemon.api.ApiException;
import dev.caravel.daemon.api.ApiRequests;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.time.Duration;

/**
 * Puts reviews to the API server; what may pass by itself is asked again after a growing pause
 * (contract §3.1).
 */
final class ReviewCalls {

    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final ApiRequests api;
    private final Ticks ticks;

    ReviewCalls(ApiRequests api, Ticks ticks) {
        this.api = api;
        this.ticks = ticks;
    }

    /**
     * Posts a review.
     *
     * @throws IOException when it is refused for good, or every try failed
     */
    <T> T ask(Class<T> type, String path, T review) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int i = 1; ; i++) {
            try {
                return api.create(type, path, review);
            } catch (IOException e) {
                if (i == TRIES || !mayPass(e)) {
                    throw e;
                }
                ticks.sleep(pause);
                pause = pause.multipliedBy(3).dividedBy(2);
            }
        }
    }

    private static boolean mayPass(IOException e) {
        if (e instanceof ApiException refused) {
            return refused.code() == 429 || refused.code() == 500 || refused.code() == 504;
        }
        // Somebody who waits for an answer is better told at once that nobody listens there.
        return String.valueOf(e.getMessage()).contains("reset");
    }
}
