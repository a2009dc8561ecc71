package dev.caravel.kubelet.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node's resolver configuration (resolv.conf(5)).
 *
 * @param servers all {@code nameserver} lines
 * @param searches the last {@code search} line, without trailing dots
 * @param options all {@code options} lines; of two with the same name the later one
 */
public record ResolvConf(List<String> servers, List<String> searches, List<String> options) {
    private static final int MAX_BYTES = 10 << 20;
    private static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

    public ResolvConf {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }

    /** Nothing configured. */
    public static ResolvConf empty() {
        return EMPTY;
    }

    /**
     * Reads the file that pods inherit from; empty when inheriting is switched off.
     *
     * @throws IOException when it cannot be read, is larger than 10 MiB or names no server on a
     *     {@code nameserver} line
     */
    public static ResolvConf read(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return EMPTY;
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(
                        "Resolver configuration " + file.get() + " is larger than 10 MiB");
            }
            return parse(new String(content, StandardCharsets.UTF_8));
        }
    }

    static ResolvConf parse(String text) throws IOException {
        List<String> servers = new ArrayList<>();
        List<String> searches = List.of();
        Map<String, String> options = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            String trimmed = line.strip();
            if (trimmed.isEmpty() || trimmed.startsWith("#")) {
                continue;
            }
            List<String> fields = List.of(trimmed.split("\\s+"));
            List<String> values = fields.subList(1, fields.size());
            switch (fields.getFirst()) {
                case "nameserver" -> {
                    if (values.isEmpty()) {
                        throw new IOException(
                                "Encountered error while parsing resolv conf file. Error:"
                                        + " nameserver list is empty ");
                    }
                    servers.add(values.getFirst());
                }
                case "search" -> searches = withoutTrailingDots(values);
                case "options" -> values.forEach(option -> options.put(optionName(option), option));
                default -> {
                    // sortlist and the like do not concern pods
                }
            }
        }
        return new ResolvConf(servers, searches, List.copyOf(options.values()));
    }

    static String optionName(String option) {
        int colon = option.indexOf(':');
        return colon < 0 ? option : option.substring(0, colon);
    }

    /** So that a domain counts once towards the limits, with or without its dot. */
    private static List<String> withoutTrailingDots(List<String> values) {
        return values.stream()
                .filter(value -> !value.equals("."))
                .map(v -> v.endsWith(".") ? v.substring(0, v.length() - 1) : v)
                .toList();
    }
}
