package dev.caravel.daemon.zpages;

import dev.caravel.config.Origin;
import dev.caravel.config.tree.Node;
import dev.caravel.daemon.http.HttpHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The page {@code /flagz}: what the command line came to. */
public final class Flagz {
    private Flagz() {}

    /**
     * The page of a component.
     *
     * @param flags every flag's value by name, without dashes
     */
    public static HttpHandler of(String component, Map<String, String> flags) {
        TreeMap<String, String> sorted = new TreeMap<>(flags);
        Map<String, Node> nodes = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        sorted.forEach((name, value) -> {
            nodes.put(name, Zpage.node(value));
            text.append(name).append('=').append(value).append('\n');
        });
        Map<String, Node> fields = Map.of("flags", new Node.Fields(nodes, Origin.DEFAULT));
        return new Zpage(component, "Flagz", () -> fields, text::toString);
    }
}
