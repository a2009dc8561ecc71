package dev.caravel.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyringTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    reg.example,           reg.example/a/b,        true
                    reg.example/a,         reg.example/a/b,        true
                    reg.example/c,         reg.example/a/b,        false
                    *.example,             reg.example/a,          true
                    *.example,             a.reg.example/a,        false
                    *.*.example,           a.reg.example/a,        true
                    r?g.example,           reg.example/a,          true
                    r*.example,            reg.example/a,          true
                    *g.ex*le,              reg.example/a,          true
                    reg.example:5000,      reg.example:5000/a,     true
                    reg.example:5000,      reg.example/a,          false
                    reg.example,           reg.example:5000/a,     false
                    [::1]:5000,            [::1]:5000/a,           true
                    *,                     localhost/a,            true
                    """)
    void matchesRegistries(String pattern, String image, boolean expected) {
        assertThat(RegistryPattern.matches(pattern, image)).isEqualTo(expected);
    }

    private static Keyring keyring(String... registries) {
        Keyring keyring = new Keyring();
        for (String registry : registries) {
            DockerConfig.Entry entry = new DockerConfig.Entry(registry, "p", "");
            keyring.add(new DockerConfig(Map.of(registry, entry)), new CredentialSource.Node());
        }
        return keyring;
    }

    @Test
    void offersTheMostSpecificCredentialFirst() {
        Keyring keyring =
                keyring("reg.example", "reg.example/a", "reg.example/a/b", "other.example");
        assertThat(keyring.lookUp("reg.example/a/b"))
                .extracting(c -> c.auth().username())
                .containsExactly("reg.example/a/b", "reg.example/a", "reg.example");
    }

    @ParameterizedTest
    @CsvSource({
        "https://index.docker.io/v1/, docker.io/library/busybox",
        "index.docker.io,             docker.io/me/app",
        "http://reg.example/v2/,      reg.example/a",
        "docker.io,                   docker.io/library/busybox"
    })
    void understandsHowDockerWritesRegistries(String written, String image) {
        assertThat(keyring(written).lookUp(image)).hasSize(1);
    }

    @Test
    void keepsTheHubsCredentialsFromOtherRegistries() {
        assertThat(keyring("index.docker.io").lookUp("localhost/a")).isEmpty();
    }

    @Test
    void hashesCredentialsAsUpstreamDoes() {
        // SHA-256 of the JSON that Go writes: keys in this order, '<' escaped
        Credential credential =
                Credential.of(new DockerConfig.Entry("u", "p<", "e"), new CredentialSource.Node());
        assertThat(credential.hash())
                .isEqualTo("e25b18fd2e096f1d9c17fbc7a862be4517d46a84fd8005763bb598426338e0d2");
    }
}
