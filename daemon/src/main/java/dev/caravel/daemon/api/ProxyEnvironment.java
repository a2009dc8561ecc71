package dev.caravel.daemon.api;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} as Go reads them: the node agent may
 * have to reach the API server through a proxy that only the environment names.
 *
 * @param environment of the process
 */
public record ProxyEnvironment(Map<String, String> environment) {
    public ProxyEnvironment {
        environment = Map.copyOf(environment);
    }

    /** The kubeconfig, with the environment's proxy if it names none itself. */
    public Kubeconfig applyTo(Kubeconfig config) {
        if (config.proxy().isPresent()) {
            return config;
        }
        return new Kubeconfig(
                config.server(),
                config.authority(),
                config.tlsServerName(),
                config.insecure(),
                proxyFor(config.server()),
                config.certificate(),
                config.token());
    }

    /** The proxy to reach {@code target} through. */
    Optional<URI> proxyFor(URI target) {
        String host = target.getHost();
        String name = "http".equals(target.getScheme()) ? "HTTP_PROXY" : "HTTPS_PROXY";
        String proxy = value(name);
        if (proxy.isEmpty() || isLocal(host) || excluded(host, target.getPort())) {
            return Optional.empty();
        }
        return Optional.of(URI.create(proxy.contains("://") ? proxy : "http://" + proxy));
    }

    private String value(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty()
                ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "")
                : upper;
    }

    private static boolean isLocal(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private boolean excluded(String host, int port) {
        for (String part : value("NO_PROXY").split(",", -1)) {
            String rule = part.strip().toLowerCase(Locale.ROOT);
            if (!rule.isEmpty() && matches(rule, host.toLowerCase(Locale.ROOT), port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String rule, String host, int port) {
        if (rule.equals("*") || rule.equals(host) || rule.equals(host + ":" + port)) {
            return true;
        }
        Optional<byte[]> address = address(host.replaceAll("[\\[\\]]", ""));
        int slash = rule.indexOf('/');
        if (address.isPresent()) {
            return slash < 0
                    ? address(rule)
                            .filter(a -> java.util.Arrays.equals(a, address.get()))
                            .isPresent()
                    : inside(rule.substring(0, slash), rule.substring(slash + 1), address.get());
        }
        String suffix = rule.startsWith("*.") ? rule.substring(1) : rule;
        return suffix.startsWith(".") ? host.endsWith(suffix) : host.endsWith("." + suffix);
    }

    private static Optional<byte[]> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name
        }
    }

    private static boolean inside(String network, String length, byte[] address) {
        Optional<byte[]> base = address(network);
        if (base.isEmpty() || base.get().length != address.length) {
            return false;
        }
        try {
            int bits = Integer.parseInt(length);
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((base.get()[bit / 8] ^ address[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return bits >= 0 && bits <= address.length * 8;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false; // no network
        }
    }
}
