package dev.caravel.daemon.zpages;

import dev.caravel.config.Origin;
import dev.caravel.config.tree.Node;
import dev.caravel.config.tree.TreeWriter;
import dev.caravel.daemon.http.HttpExchange;
import dev.caravel.daemon.http.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A page as text or as an object.
 *
 * @param component as it is called in the page, for example {@code kube-proxy}
 * @param kind of the object
 * @param fields the object's own fields now
 * @param text what people read below the heading, now
 */
record Zpage(
        String component, String kind, Supplier<Map<String, Node>> fields, Supplier<String> text)
        implements HttpHandler {
    private static final int NOT_ACCEPTABLE = 406;

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String accept = String.join(",", exchange.headers().all("Accept"));
        Optional<ZpageFormat> format = ZpageFormat.choose(accept, kind);
        if (format.isEmpty()) {
            exchange.respondText(
                    NOT_ACCEPTABLE,
                    "only the following media types are accepted: "
                            + String.join(", ", ZpageFormat.MEDIA_TYPES)
                            + "\n");
            return;
        }
        String mediaType = format.get().mediaType();
        if (mediaType.equals(ZpageFormat.PLAIN)) {
            String page =
                    "\n"
                            + component
                            + " "
                            + path()
                            + "\nWarning: This endpoint is not meant to be machine parseable, has no"
                            + " formatting compatibility guarantees and is for debugging purposes"
                            + " only.\n"
                            + text.get();
            exchange.respond(
                    200, "text/plain; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (format.get().version().equals("v1alpha1")) {
            exchange.addHeader(
                    "Warning",
                    "299 - \"This version of the "
                            + path()
                            + " endpoint is deprecated. Please use a newer version.\"");
        }
        Node.Fields object = object(format.get().version());
        String body =
                mediaType.equals(ZpageFormat.YAML)
                        ? TreeWriter.yaml(object)
                        : TreeWriter.json(object);
        String type =
                mediaType
                        + ";g="
                        + ZpageFormat.GROUP
                        + ";v="
                        + format.get().version()
                        + ";as="
                        + kind;
        exchange.respond(200, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private String path() {
        return kind.toLowerCase(Locale.ROOT);
    }

    private Node.Fields object(String version) {
        Map<String, Node> all = new LinkedHashMap<>();
        all.put("kind", node(kind));
        all.put("apiVersion", node(ZpageFormat.GROUP + "/" + version));
        all.put("metadata", new Node.Fields(Map.of("name", node(component)), Origin.DEFAULT));
        all.putAll(fields.get());
        return new Node.Fields(all, Origin.DEFAULT);
    }

    static Node.Text node(String text) {
        return new Node.Text(text, Origin.DEFAULT);
    }
}
