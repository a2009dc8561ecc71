package dev.caravel.proxy.health;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.Routes;
import dev.caravel.linux.ip.IpFamily;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * {@code /healthz} and {@code /livez} (kube-proxy.md §9.2). Cloud load balancers take a node out of
 * service by the first; the second says whether the proxy should be restarted.
 */
public final class HealthAnswers {
    private static final String JSON = "application/json";
    private static final Instant GO_ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");

    private final ProxyHealth health;
    private final BooleanSupplier nodeEligible;
    private final IntConsumer healthzAnswered;
    private final IntConsumer livezAnswered;

    /**
     * Answers about {@code health}.
     *
     * @param nodeEligible whether the node exists and is not about to be removed
     * @param healthzAnswered told each status of {@code /healthz}
     * @param livezAnswered told each status of {@code /livez}
     */
    public HealthAnswers(
            ProxyHealth health,
            BooleanSupplier nodeEligible,
            IntConsumer healthzAnswered,
            IntConsumer livezAnswered) {
        this.health = health;
        this.nodeEligible = nodeEligible;
        this.healthzAnswered = healthzAnswered;
        this.livezAnswered = livezAnswered;
    }

    /** Both paths. */
    public Routes routes() {
        return Routes.none().with("/healthz", this::healthz).with("/livez", this::livez);
    }

    private void healthz(HttpExchange exchange) throws IOException {
        ProxyHealth.State state = health.state();
        boolean eligible = nodeEligible.getAsBoolean();
        int status = state.healthy() && eligible ? 200 : 503;
        healthzAnswered.accept(status);
        answer(exchange, status, state, ",\"nodeEligible\":" + eligible);
    }

    private void livez(HttpExchange exchange) throws IOException {
        ProxyHealth.State state = health.state();
        int status = state.healthy() ? 200 : 503;
        livezAnswered.accept(status);
        answer(exchange, status, state, "");
    }

    private static void answer(
            HttpExchange exchange, int status, ProxyHealth.State state, String eligible)
            throws IOException {
        Instant updated = status == 200 ? state.now() : state.lastUpdated().orElse(GO_ZERO_TIME);
        StringBuilder body = new StringBuilder(256);
        body.append("{\"lastUpdated\":\"").append(updated);
        body.append("\",\"currentTime\":\"").append(state.now()).append('"');
        body.append(eligible);
        body.append(",\"healthy\":").append(state.healthy());
        if (!state.families().isEmpty()) {
            body.append(",\"status\":{");
            String comma = "";
            for (Map.Entry<IpFamily, ProxyHealth.FamilyState> family :
                    state.families().entrySet()) {
                body.append(comma).append('"').append(family.getKey().label());
                body.append("\":{\"lastUpdated\":\"").append(family.getValue().lastUpdated());
                body.append("\",\"healthy\":").append(family.getValue().healthy()).append('}');
                comma = ",";
            }
            body.append('}');
        }
        body.append('}');
        exchange.addHeader("X-Content-Type-Options", "nosniff");
        exchange.respond(status, JSON, body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
