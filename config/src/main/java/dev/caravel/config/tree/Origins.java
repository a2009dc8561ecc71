package dev.caravel.config.tree;

import dev.caravel.config.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries places over from the document a value was read from to the value in its canonical form.
 */
final class Origins {

    private Origins() {}

    /** {@code value} with the places of {@code written}, as deep as the two look alike. */
    static Node of(Node value, Node written) {
        Origin origin = written.origin();
        return switch (value) {
            case Node.Fields map when written instanceof Node.Fields other ->
                    map.withOriginsOf(other);
            case Node.Items list when written instanceof Node.Items other -> items(list, other);
            case Node.Fields map -> new Node.Fields(map.fields(), origin);
            case Node.Items list -> new Node.Items(list.items(), origin);
            case Node.Text text -> new Node.Text(text.value(), origin);
            case Node.Num number -> new Node.Num(number.value(), origin);
            case Node.Bool bool -> new Node.Bool(bool.value(), origin);
            case Node.Null nothing -> new Node.Null(origin);
        };
    }

    private static Node items(Node.Items list, Node.Items written) {
        List<Node> items = new ArrayList<>();
        for (int at = 0; at < list.items().size(); at++) {
            boolean known = at < written.items().size();
            items.add(
                    known
                            ? of(list.items().get(at), written.items().get(at))
                            : list.items().get(at));
        }
        return new Node.Items(items, written.origin());
    }
}
