package dev.caravel.daemon.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Reads lists and watches object by object as the bytes arrive, so that a list of any length costs
 * the memory of one object.
 *
 * <p>An object that is no {@code T} breaks the parser in the middle. Then {@link Unreadable} is
 * thrown, and the caller reads the same again with {@code careful} set: each object becomes a tree
 * first, which costs twice as much and loses nothing but the bad one.
 */
final class WatchEvents<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchEvents.class);
    private static final int GONE = 410;

    /** Ten times what etcd stores in one object. */
    private static final int MAX_EVENT_BYTES = 16 << 20;

    /** Some object could not be read; the position in the stream is lost. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What comes out. */
    interface Sink<T> {
        void put(T object);

        void remove(T object);

        /** The server has nothing older than this version to tell. */
        void bookmark(String version);
    }

    private final Class<T> type;
    private final String path;
    private final ObjectMapper mapper;
    private final boolean careful;

    WatchEvents(Class<T> type, String path, ObjectMapper mapper, boolean careful) {
        this.type = type;
        this.path = path;
        this.mapper = mapper;
        this.careful = careful;
    }

    /**
     * Reads a list; each item goes to {@code sink.put}.
     *
     * @return the version of the list
     */
    String list(InputStream body, Sink<T> sink) throws IOException {
        String version = "";
        try (JsonParser parser = mapper.createParser(body)) {
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("metadata")) {
                    JsonNode metadata = mapper.readTree(parser);
                    version = metadata.path("resourceVersion").asString("");
                } else if (name.equals("items") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        object(parser).ifPresent(sink::put);
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw unreadable(e);
        }
        require(!version.isEmpty());
        return version;
    }

    /**
     * Reads events until the server ends the watch. One that cannot be read is left out.
     *
     * @throws ApiException when the server reports an error, above all 410
     */
    void watch(InputStream body, Sink<T> sink) throws IOException {
        JsonLines lines = new JsonLines(body, MAX_EVENT_BYTES);
        boolean more = true;
        while (more) {
            more = lines.next((bytes, offset, length) -> event(bytes, offset, length, sink));
        }
    }

    private void event(byte[] bytes, int offset, int length, Sink<T> sink) throws IOException {
        try (JsonParser parser = mapper.createParser(bytes, offset, length)) {
            require(parser.nextToken() == JsonToken.START_OBJECT);
            event(parser, sink);
        } catch (DatabindException e) {
            leaveOut(mapper.readTree(bytes, offset, length).path("object"), e);
        } catch (JacksonException e) {
            throw new IOException(path + ": " + e.getOriginalMessage(), e);
        }
    }

    private void event(JsonParser parser, Sink<T> sink) throws IOException {
        String kind = "";
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals("type")) {
                kind = parser.getString();
            } else if (name.equals("object")) {
                deliver(kind, parser, sink);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void deliver(String kind, JsonParser parser, Sink<T> sink) throws IOException {
        switch (kind) {
            case "ADDED", "MODIFIED" -> sink.put(mapper.readValue(parser, type));
            case "DELETED" -> sink.remove(mapper.readValue(parser, type));
            case "BOOKMARK" ->
                    sink.bookmark(
                            mapper.readTree(parser)
                                    .path("metadata")
                                    .path("resourceVersion")
                                    .asString(""));
            case "ERROR" -> {
                JsonNode status = mapper.readTree(parser);
                throw new ApiException(
                        "watch of " + path,
                        status.path("code").asInt(GONE),
                        status.path("reason").asString(""),
                        status.path("message").asString("no message"),
                        Optional.empty());
            }
            default -> throw new IOException("watch of " + path + ": unknown event '" + kind + "'");
        }
    }

    private Optional<T> object(JsonParser parser) {
        if (!careful) {
            return Optional.of(mapper.readValue(parser, type));
        }
        JsonNode tree = mapper.readTree(parser);
        try {
            return Optional.of(mapper.treeToValue(tree, type));
        } catch (DatabindException e) {
            leaveOut(tree, e);
            return Optional.empty();
        }
    }

    private void leaveOut(JsonNode object, DatabindException why) {
        JsonNode metadata = object.path("metadata");
        LOG.atError()
                .setMessage("Leaving out an object that is none of its kind")
                .addKeyValue("path", path)
                .addKeyValue("namespace", metadata.path("namespace").asString(""))
                .addKeyValue("name", metadata.path("name").asString(""))
                .addKeyValue("err", why.getOriginalMessage())
                .log();
    }

    private IOException unreadable(JacksonException e) {
        String what = path + ": " + e.getOriginalMessage();
        if (e.getCause() instanceof IOException broken) {
            return new IOException(path + ": " + broken.getMessage(), e);
        }
        return e instanceof DatabindException ? new Unreadable(what, e) : new IOException(what, e);
    }

    private void require(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException(path + ": the answer is no list and no watch event");
        }
    }
}
