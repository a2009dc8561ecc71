package dev.caravel.proxy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedChainTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "pick-2",
                "nodeport-pick-1",
                "local-pick-7",
                "nodeport-local-pick-3",
                "external-4",
                "nodeport-external-12",
                "external-local-3-1",
                "nodeport-external-local-3-0",
                "pick-1000"
            })
    void theNameSaysAll(String name) {
        assertThat(SharedChain.parse(name).orElseThrow().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services",
                "pick-",
                "pick-x",
                "pick-2-1",
                "external-local-3",
                "external-local-3-",
                "service-AAAA-ns/pick/tcp/2",
                "pick-1234567",
                "nodeport-endpoints-check",
                "pick--1"
            })
    void otherNamesAreNone(String name) {
        assertThat(SharedChain.parse(name)).isEmpty();
    }
}
