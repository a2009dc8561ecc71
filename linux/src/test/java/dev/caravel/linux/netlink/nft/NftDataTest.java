package dev.caravel.linux.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.linux.ip.IpAddress;
import dev.caravel.linux.ip.IpFamily;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftDataTest {
    private static NftData key(long address) {
        return NftData.concat(12)
                .address(new IpAddress(IpFamily.IPV4, 0, address))
                .protocol(6)
                .port(80)
                .build();
    }

    @Test
    void keysOfNeighbouringAddressesHaveDifferentHashCodes() {
        Set<Integer> codes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            codes.add(key(0x0a600000L + i).hashCode());
        }
        assertThat(codes).hasSizeGreaterThan(9_990);
    }

    @Test
    void readsWhatItConcatenates() {
        NftData key = key(0x0a600001L);
        assertThat(key).hasToString("0a6000010600000000500000");
        assertThat(key.addressAt(0, 4)).hasToString("10.96.0.1");
        assertThat(key.byteAt(4)).isEqualTo(6);
        assertThat(key.portAt(8)).isEqualTo(80);
        assertThat(NftData.host32(7).host32At(0)).isEqualTo(7);
        assertThat(key)
                .isEqualTo(NftData.of(key.bytes()))
                .hasSameHashCodeAs(NftData.of(key.bytes()));
    }

    @Test
    void refusesAKeyThatIsNotFull() {
        NftData.Concat half = NftData.concat(12).protocol(6);
        assertThatThrownBy(half::build).isInstanceOf(IllegalStateException.class);
    }
}
