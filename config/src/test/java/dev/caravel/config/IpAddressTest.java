package dev.caravel.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "010.001.0.9, 10.1.0.9",
        "::, 0:0:0:0:0:0:0:0",
        "fd00::1, fd00:0:0:0:0:0:0:1",
        "::ffff:1.2.3.4, 1.2.3.4"
    })
    void addressesAreReadWithoutAskingANameServer(String text, String address) {
        assertThat(IpAddress.parse(text).orElseThrow().getHostAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1",
                "fe80::1%eth0",
                "a.b.c.d",
                "1.2.3.4/8",
                "[::1]",
                ":",
                "1..2.3"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 8, false",
        "1.1.1.1/32, 32, false",
        "fd00::/56, 56, true",
        "0.0.0.0/0, 0, false"
    })
    void rangesAreReadWithTheirFamily(String text, int length, boolean six) {
        IpAddress.Range range = IpAddress.parseRange(text).orElseThrow();
        assertThat(range.prefixLength()).isEqualTo(length);
        assertThat(range.isSix()).isEqualTo(six);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/33",
                "fd00::/129",
                "10.0.0.0/",
                "/8",
                "10.0.0.0/-1",
                "x/8"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThat(IpAddress.parseRange(text)).isEmpty();
    }

    @Test
    void addressAndPortAreSplitAndJoined() {
        assertThat(IpAddress.HostPort.split("[::1]:80"))
                .contains(new IpAddress.HostPort("::1", "80"));
        assertThat(IpAddress.HostPort.split("1.2.3.4:80"))
                .contains(new IpAddress.HostPort("1.2.3.4", "80"));
        assertThat(IpAddress.HostPort.split("::1")).isEmpty();
        assertThat(IpAddress.HostPort.split("1.2.3.4")).isEmpty();
        assertThat(IpAddress.HostPort.split("[[::1]]:80")).isEmpty();
        assertThat(new IpAddress.HostPort("::1", "80")).hasToString("[::1]:80");
    }
}
