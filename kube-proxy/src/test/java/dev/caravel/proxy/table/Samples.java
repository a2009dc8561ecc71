package dev.caravel.proxy.table;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Services and slices with defaults, so that a test states only what matters to it. */
public final class Samples {
    private Samples() {}

    /** Starts a Service {@code shop/cart} with one TCP port {@code http} 80 at 10.96.0.10. */
    public static Service service() {
        return new Service();
    }

    /** Starts a slice of {@code shop/cart} with one TCP port {@code http} 8080. */
    public static Slice slice() {
        return new Slice();
    }

    /** A Service in the making. */
    public static final class Service {
        private String name = "cart";
        private String ip = "10.96.0.10";
        private List<String> externalIps = List.of();
        private List<String> vips = List.of();
        private List<String> ranges = List.of();
        private boolean internalLocal;
        private boolean externalLocal;
        private int affinity;
        private int healthCheck;
        private long createdAt = 1_000;
        private final List<ServicePort> ports = new ArrayList<>();

        public Service named(String newName) {
            name = newName;
            return this;
        }

        public Service at(String newIp) {
            ip = newIp;
            return this;
        }

        public Service externalIps(String... ips) {
            externalIps = List.of(ips);
            return this;
        }

        public Service vips(String... ips) {
            vips = List.of(ips);
            return this;
        }

        public Service ranges(String... cidrs) {
            ranges = List.of(cidrs);
            return this;
        }

        public Service internalLocal() {
            internalLocal = true;
            return this;
        }

        public Service externalLocal() {
            externalLocal = true;
            return this;
        }

        public Service sticky(int seconds) {
            affinity = seconds;
            return this;
        }

        public Service healthCheck(int port) {
            healthCheck = port;
            return this;
        }

        public Service createdAt(long seconds) {
            createdAt = seconds;
            return this;
        }

        public Service port(String portName, Protocol protocol, int port, int nodePort) {
            ports.add(new ServicePort(portName, protocol, port, nodePort));
            return this;
        }

        public Service nodePort(int nodePort) {
            return port("http", Protocol.TCP, 80, nodePort);
        }

        public ServiceEntry build() {
            return new ServiceEntry(
                    new ServiceKey("shop", name),
                    IpAddress.literal(ip),
                    externalIps.stream().map(IpAddress::literal).toList(),
                    !externalIps.isEmpty(),
                    vips.stream().map(IpAddress::literal).toList(),
                    ranges.stream().map(IpPrefix::literal).toList(),
                    internalLocal,
                    externalLocal,
                    affinity,
                    healthCheck,
                    createdAt,
                    ports.isEmpty()
                            ? List.of(new ServicePort("http", Protocol.TCP, 80, 0))
                            : ports);
        }
    }

    /** A slice in the making. */
    public static final class Slice {
        private String service = "cart";
        private String name = "cart-1";
        private final List<SlicePort> ports = new ArrayList<>();
        private final List<SliceEndpoint> endpoints = new ArrayList<>();

        public Slice of(String newService) {
            service = newService;
            name = newService + "-1";
            return this;
        }

        public Slice named(String newName) {
            name = newName;
            return this;
        }

        public Slice port(String portName, Protocol protocol, int port) {
            ports.add(new SlicePort(portName, protocol, port));
            return this;
        }

        /**
         * An endpoint written as {@code ip[ word…]} with the words {@code local}, {@code notready},
         * {@code terminating} (still serving), {@code gone} (terminating, not serving), {@code
         * zone=z}, {@code node=n}.
         */
        public Slice endpoint(String text) {
            String[] words = text.split(" ", -1);
            boolean local = false;
            boolean ready = true;
            boolean serving = true;
            boolean terminating = false;
            List<String> zones = new ArrayList<>();
            List<String> nodes = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                String word = words[i];
                switch (word) {
                    case "local" -> local = true;
                    case "notready" -> {
                        ready = false;
                        serving = false;
                    }
                    case "terminating" -> {
                        ready = false;
                        terminating = true;
                    }
                    case "gone" -> {
                        ready = false;
                        serving = false;
                        terminating = true;
                    }
                    default -> {
                        if (word.startsWith("zone=")) {
                            zones.add(word.substring(5));
                        } else if (word.startsWith("node=")) {
                            nodes.add(word.substring(5));
                        } else {
                            throw new IllegalArgumentException(word);
                        }
                    }
                }
            }
            endpoints.add(
                    new SliceEndpoint(
                            IpAddress.literal(words[0]),
                            local,
                            ready,
                            serving,
                            terminating,
                            zones,
                            nodes));
            return this;
        }

        public SliceEntry build() {
            return new SliceEntry(
                    new ServiceKey("shop", service),
                    name,
                    ports.isEmpty() ? List.of(new SlicePort("http", Protocol.TCP, 8080)) : ports,
                    endpoints,
                    Optional.empty());
        }
    }
}
