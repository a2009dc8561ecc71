package dev.caravel.daemon.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyEnvironmentTest {
    @ParameterizedTest(name = "{0} without {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    https://api.example:6443   | ''                      | true
                    https://api.example:6443   | other.example           | true
                    https://api.example:6443   | api.example             | false
                    https://api.example:6443   | API.example:6443        | false
                    https://api.example:6443   | api.example:443         | true
                    https://api.example:6443   | example                 | false
                    https://api.example:6443   | .example                | false
                    https://api.example:6443   | *.example               | false
                    https://notexample:6443    | example                 | true
                    https://api.example:6443   | x, *                    | false
                    https://10.1.2.3:6443      | 10.0.0.0/8              | false
                    https://10.1.2.3:6443      | 10.1.3.0/24, 10.2.0.0/16 | true
                    https://10.1.2.3:6443      | 10.1.2.3                | false
                    https://10.1.2.3:6443      | 10.1.2.0/99             | true
                    https://[fd00::1]:6443     | fd00::/64               | false
                    https://[fd00::1]:6443     | 10.0.0.0/8              | true
                    https://localhost:6443     | ''                      | false
                    https://127.0.0.1:6443     | ''                      | false
                    """)
    void goesThroughTheProxyUnlessExcluded(URI server, String excluded, boolean proxied) {
        ProxyEnvironment environment =
                new ProxyEnvironment(Map.of("https_proxy", "proxy:3128", "NO_PROXY", excluded));
        assertThat(environment.proxyFor(server))
                .isEqualTo(
                        proxied ? Optional.of(URI.create("http://proxy:3128")) : Optional.empty());
    }
}
