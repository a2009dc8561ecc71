package dev.caravel.kubelet.env;

import dev.caravel.cri.Bytes;
import dev.caravel.cri.EnvVar;
import dev.caravel.kubelet.spec.ContainerConfigException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The variables of one container and what can be written in terms of them. Values are bytes;
 * printing one never shows them.
 */
public final class Environment {
    private static final Environment EMPTY = new Environment(Map.of());

    /** Values as Latin-1, one character a byte. */
    private final Map<String, String> values;

    /**
     * @param latin1 values, one character a byte, in the order they are to be passed on
     */
    Environment(Map<String, String> latin1) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(latin1));
    }

    /** No variables. */
    public static Environment empty() {
        return EMPTY;
    }

    /** With more variables before these; where both have a name, these win. */
    public Environment after(Map<String, String> earlier) {
        Map<String, String> all = new LinkedHashMap<>();
        earlier.forEach((name, value) -> all.put(name, latin1(value)));
        all.putAll(values);
        return new Environment(all);
    }

    /** The variables as the runtime takes them. */
    public List<EnvVar> variables() {
        return values.entrySet().stream()
                .map(e -> new EnvVar(e.getKey(), Bytes.copyOf(bytes(e.getValue()))))
                .toList();
    }

    /**
     * Replaces {@code $(NAME)} in a word of a command; unknown names stay as they are.
     *
     * @throws ContainerConfigException when a value put in makes the word no text
     */
    public String expand(String word) throws ContainerConfigException {
        if (word.indexOf('$') < 0) {
            return word;
        }
        return text(Expansion.expand(latin1(word), this::orReference), word);
    }

    /**
     * Replaces {@code $(NAME)} in the {@code subPathExpr} of a volume mount.
     *
     * @throws ContainerConfigException when a name is unknown or its value empty
     */
    public String expandSubPath(String expression) throws ContainerConfigException {
        TreeSet<String> missing = new TreeSet<>();
        String expanded =
                Expansion.expand(
                        latin1(expression),
                        name -> {
                            String value = values.getOrDefault(name, "");
                            if (value.isEmpty()) {
                                missing.add(name);
                            }
                            return value;
                        });
        if (!missing.isEmpty()) {
            throw new ContainerConfigException("missing value for " + String.join(", ", missing));
        }
        return text(expanded, expression);
    }

    private String orReference(String name) {
        String value = values.get(name);
        return value == null ? Expansion.reference(name) : value;
    }

    private static String text(String latin1, String source) throws ContainerConfigException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(latin1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ContainerConfigException(
                    "\"" + source + "\" refers to a variable whose value is not valid UTF-8", e);
        }
    }

    static String latin1(String text) {
        return latin1(text.getBytes(StandardCharsets.UTF_8));
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "Environment" + values.keySet();
    }
}
