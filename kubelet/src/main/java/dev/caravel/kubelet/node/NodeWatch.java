package dev.caravel.kubelet.node;

import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.api.WatchListener;
import dev.caravel.daemon.api.WatchSpec;
import dev.caravel.daemon.api.Watched;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** This node's own object as the API shows it. Admission, mirrors, status and lease read it. */
public final class NodeWatch implements AutoCloseable {
    private final ApiClient api;
    private final String nodeName;
    private final List<Consumer<Node>> listeners = new CopyOnWriteArrayList<>();
    private volatile Optional<Node> node = Optional.empty();
    private @Nullable Watched<Node> watched;

    public NodeWatch(ApiClient api, String nodeName) {
        this.api = api;
        this.nodeName = nodeName;
    }

    /** Hears each version of the node, the first when it becomes known. Must not block. */
    public void onChange(Consumer<Node> listener) {
        listeners.add(listener);
    }

    /** Starts watching. */
    public synchronized void start() {
        if (watched == null) {
            watched =
                    api.watch(
                            WatchSpec.of("node", Node.class, "/api/v1/nodes")
                                    .withFields("metadata.name=" + nodeName),
                            new Listener());
        }
    }

    /** The newest version seen; empty while the node is not registered. */
    public Optional<Node> node() {
        return node;
    }

    /** The UID of the Node object, once known. */
    public Optional<String> uid() {
        return node.map(n -> n.getMetadata().getUid());
    }

    @Override
    public synchronized void close() {
        if (watched != null) {
            watched.close();
        }
    }

    private final class Listener implements WatchListener<Node> {
        @Override
        public void onPut(String key, Node value) {
            node = Optional.of(value);
            listeners.forEach(l -> l.accept(value));
        }

        @Override
        public void onRemove(String key, Node last) {
            node = Optional.empty();
        }
    }
}
