package dev.caravel.daemon.run;

import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /healthz} and one path below it for each check, in upstream's words: {@code ok}, or which
 * checks failed; why only on the path of the check itself.
 *
 * @param name the first segment of the path, for example {@code healthz}
 */
public record HealthzHandler(String name, List<HealthCheck> checks) implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HealthzHandler.class);

    public HealthzHandler {
        checks = List.copyOf(checks);
    }

    /** Adds {@code /NAME} and {@code /NAME/CHECK} for every check to {@code routes}. */
    public Routes addTo(Routes routes) {
        Routes all = routes.with("/" + name, this);
        for (HealthCheck check : checks) {
            all = all.with("/" + name + "/" + check.name(), x -> answer(x, check));
        }
        return all;
    }

    private static void answer(HttpExchange exchange, HealthCheck check) throws IOException {
        Optional<String> problem = check.problem().get();
        if (problem.isPresent()) {
            exchange.respondText(500, "internal server error: " + problem.get() + "\n");
        } else {
            exchange.respondText(200, "ok");
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Set<String> excluded = new LinkedHashSet<>(exchange.query().all("exclude"));
        Set<String> unknown = new LinkedHashSet<>(excluded);
        StringBuilder verdicts = new StringBuilder();
        List<String> failed = new ArrayList<>();
        for (HealthCheck check : checks) {
            unknown.remove(check.name());
            if (excluded.contains(check.name())) {
                verdicts.append("[+]").append(check.name()).append(" excluded: ok\n");
                continue;
            }
            Optional<String> problem = check.problem().get();
            if (problem.isPresent()) {
                verdicts.append("[-]").append(check.name()).append(" failed: reason withheld\n");
                failed.add(check.name() + ": " + problem.get());
            } else {
                verdicts.append("[+]").append(check.name()).append(" ok\n");
            }
        }
        if (!unknown.isEmpty()) {
            verdicts.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(quoted(unknown))
                    .append('\n');
        }
        if (!failed.isEmpty()) {
            LOG.info("{} check failed: {}", name, failed);
            exchange.respondText(500, verdicts + name + " check failed\n");
        } else if (exchange.query().first("verbose").isPresent()) {
            exchange.respondText(200, verdicts + name + " check passed\n");
        } else {
            exchange.respondText(200, "ok");
        }
    }

    private static String quoted(Set<String> names) {
        return "\"" + String.join("\",\"", names) + "\"";
    }
}
