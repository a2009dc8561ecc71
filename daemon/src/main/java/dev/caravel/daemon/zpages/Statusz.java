package dev.caravel.daemon.zpages;

import dev.caravel.config.KubernetesVersion;
import dev.caravel.config.Origin;
import dev.caravel.config.tree.Node;
import dev.caravel.daemon.http.HttpHandler;
import dev.caravel.daemon.http.Routes;
import dev.caravel.daemon.run.Ticks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The page {@code /statusz}: which build runs since when, and where else to look. */
public final class Statusz {
    /** As the date program prints it; this is how upstream's page shows times. */
    private static final DateTimeFormatter UNIX_DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' yyyy", Locale.US)
                    .withZone(ZoneOffset.UTC);

    /** Paths of an API, not for looking at. */
    private static final Set<String> NOT_LISTED =
            Set.of("/apis", "/api", "/openid", "/openapi", "/.well-known");

    private Statusz() {}

    /**
     * The page of a component.
     *
     * @param started when the process began
     * @param others what else is served at the same port
     */
    public static HttpHandler of(String component, Instant started, Routes others, Ticks ticks) {
        Instant second = started.truncatedTo(ChronoUnit.SECONDS);
        List<String> paths = paths(others);
        return new Zpage(
                component,
                "Statusz",
                () -> fields(second, uptime(second, ticks), paths),
                () -> text(second, uptime(second, ticks), paths));
    }

    private static Duration uptime(Instant started, Ticks ticks) {
        Duration up = Duration.between(started, ticks.now());
        return up.isNegative() ? Duration.ZERO : up;
    }

    /** The first segment of each path. */
    static List<String> paths(Routes routes) {
        TreeSet<String> paths = new TreeSet<>();
        for (Routes.Route route : routes.routes()) {
            String[] segments = route.path().split("/", -1);
            if (segments.length > 1 && !segments[1].isEmpty()) {
                paths.add("/" + segments[1]);
            }
        }
        paths.removeAll(NOT_LISTED);
        return List.copyOf(paths);
    }

    private static String runtime() {
        return "java" + Runtime.version();
    }

    private static Map<String, Node> fields(Instant started, Duration up, List<String> paths) {
        Map<String, Node> fields = new LinkedHashMap<>();
        fields.put("startTime", Zpage.node(started.toString()));
        fields.put("uptimeSeconds", Node.Num.of(up.toSeconds(), Origin.DEFAULT));
        fields.put("goVersion", Zpage.node(runtime()));
        fields.put("binaryVersion", Zpage.node(KubernetesVersion.number()));
        fields.put("emulationVersion", Zpage.node(KubernetesVersion.MINOR_RELEASE));
        fields.put(
                "paths",
                new Node.Items(paths.stream().<Node>map(Zpage::node).toList(), Origin.DEFAULT));
        return fields;
    }

    private static String text(Instant started, Duration up, List<String> paths) {
        return String.format(
                Locale.ROOT,
                """

                Started: %s
                Up: %d hr %02d min %02d sec
                Go version: %s
                Binary version: %s
                Emulation version: %s
                Paths: %s
                """,
                UNIX_DATE.format(started),
                up.toHours(),
                up.toMinutesPart(),
                up.toSecondsPart(),
                runtime(),
                KubernetesVersion.number(),
                KubernetesVersion.MINOR_RELEASE,
                String.join(" ", paths));
    }
}
