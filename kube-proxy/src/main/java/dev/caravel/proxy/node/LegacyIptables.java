package dev.caravel.proxy.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds rules of iptables-legacy on this host. They live in another part of the kernel than those
 * of iptables-nft; packets meet both, but neither program shows or removes the other's.
 */
public final class LegacyIptables {
    private static final List<String> LISTS = List.of("ip_tables_names", "ip6_tables_names");

    private LegacyIptables() {}

    /**
     * What to tell about them; empty when this network namespace has none.
     *
     * @param proc {@code /proc}
     */
    public static Optional<String> notice(Path proc) throws IOException {
        List<String> tables = new ArrayList<>();
        for (String list : LISTS) {
            String family = list.startsWith("ip6") ? "IPv6" : "IPv4";
            for (String name : lines(proc.resolve("self/net").resolve(list))) {
                tables.add(family + " " + name);
            }
        }
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        tables.sort(Comparator.naturalOrder());
        return Optional.of(
                "This host has tables of iptables-legacy: "
                        + String.join(", ", tables)
                        + ". kube-proxy writes to nf_tables, where iptables-nft and nft show its"
                        + " rules; iptables-legacy-save does not. Packets meet both: rules of an"
                        + " earlier kube-proxy or a network plugin left there still apply, and"
                        + " cannot be removed from here. Switch the host's programs to iptables-nft"
                        + " (update-alternatives --set iptables /usr/sbin/iptables-nft, the same"
                        + " for ip6tables), then remove what is left by iptables-legacy -F, -t nat"
                        + " -F and -X, or restart the host");
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file).stream().filter(name -> !name.isBlank()).toList();
        } catch (NoSuchFileException e) {
            return List.of(); // a kernel without them
        }
    }
}
