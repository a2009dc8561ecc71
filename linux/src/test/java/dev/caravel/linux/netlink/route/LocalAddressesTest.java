package dev.caravel.linux.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.testing.Netns;
import dev.caravel.testing.Programs;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    @Test
    void listsOwnAddressesOfBothFamilies() throws Exception {
        Programs.needNetns();
        try (Netns netns = Netns.create("addr")) {
            netns.sh("ip addr add 192.0.2.7/24 dev lo");
            netns.sh("ip addr add 192.0.2.8 peer 192.0.2.9 dev lo");
            netns.sh("ip addr add 2001:db8::7/64 dev lo");
            assertThat(netns.call(LocalAddresses::read))
                    .extracting(IpAddress::toString)
                    .containsExactlyInAnyOrder(
                            "127.0.0.1", "192.0.2.7", "192.0.2.8", "2001:db8::7", "::1");
        }
    }
}
