package dev.caravel.proxy.watch;

import dev.caravel.linux.ip.IpFamily;
import dev.caravel.proxy.table.ServiceEntry;
import java.util.Optional;

/** One Service as each address family sees it; a family it has no cluster address of sees none. */
public record FamilyEntries(Optional<ServiceEntry> ipv4, Optional<ServiceEntry> ipv6) {
    /** The entry of a family. */
    public Optional<ServiceEntry> of(IpFamily family) {
        return switch (family) {
            case IPV4 -> ipv4;
            case IPV6 -> ipv6;
        };
    }
}
