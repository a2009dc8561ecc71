package dev.caravel.linux.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    10.0.0.1,                                10.0.0.1
                    010.000.0.09,                            10.0.0.9
                    255.255.255.255,                         255.255.255.255
                    ::,                                      ::
                    ::1,                                     ::1
                    fd00::,                                  fd00::
                    FD00:0:0:0:0:0:0:1,                      fd00::1
                    1:2:3:4:5:6:7:8,                         1:2:3:4:5:6:7:8
                    1:0:0:2:0:0:0:3,                         1:0:0:2::3
                    1:0:2:3:4:5:6:7,                         1:0:2:3:4:5:6:7
                    0:0:1::,                                 0:0:1::
                    ::ffff:10.0.0.1,                         10.0.0.1
                    64:ff9b::10.0.0.1,                       64:ff9b::a00:1
                    """)
    void printsWhatItReadInTheShortestForm(String text, String printed) {
        assertThat(IpAddress.literal(text)).hasToString(printed);
        assertThat(IpAddress.of(IpAddress.literal(text).bytes()).toString()).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "a.b.c.d",
                "1.2.3.4 ",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:",
                "fe80::1%eth0",
                "example.com",
                "1:2:3:4:5:6:7:8::"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    10.0.0.0/8,      10.255.0.1,   true
                    10.0.0.0/8,      11.0.0.1,     false
                    0.0.0.0/0,       1.2.3.4,      true
                    0.0.0.0/0,       ::1,          false
                    10.1.2.3/32,     10.1.2.3,     true
                    fd00:1::/64,     fd00:1::5,    true
                    fd00:1::/64,     fd00:1:0:1::, false
                    fd00::/72,       fd00::00ff:0:0:0, true
                    fd00::/72,       fd00::100:0:0:0, false
                    ::/0,            fe80::1,      true
                    """)
    void knowsWhatAPrefixHolds(String prefix, String address, boolean held) {
        assertThat(IpPrefix.literal(prefix).contains(IpAddress.literal(address))).isEqualTo(held);
    }

    @Test
    void clearsTheBitsAfterAPrefix() {
        assertThat(IpPrefix.literal("10.1.2.3/9")).hasToString("10.0.0.0/9");
        assertThat(IpPrefix.literal("fd00:1:2:3::4/48")).hasToString("fd00:1:2::/48");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "fd00::/129", "/8"})
    void refusesWhatIsNoPrefix(String text) {
        assertThat(IpPrefix.parse(text)).isEmpty();
    }

    @Test
    void refusesAnIpv4AddressOfMoreThan32Bits() {
        assertThatThrownBy(() -> new IpAddress(IpFamily.IPV4, 0, 1L << 32))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
