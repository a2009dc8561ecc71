package dev.caravel.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {
    private static final String HEX =
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    busybox,                        docker.io/library/busybox,     busybox:latest,              busybox
                    busybox:1.37,                   docker.io/library/busybox,     busybox:1.37,                busybox
                    me/app,                         docker.io/me/app,              me/app:latest,               me/app
                    docker.io/app:x,                docker.io/library/app,         docker.io/app:x,             docker.io/app
                    index.docker.io/me/app:x,       docker.io/me/app,              index.docker.io/me/app:x,    index.docker.io/me/app
                    localhost/app,                  localhost/app,                 localhost/app:latest,        localhost/app
                    localhost:5000/a/b:t,           localhost:5000/a/b,            localhost:5000/a/b:t,        localhost:5000/a/b
                    [::1]:5000/a,                   [::1]:5000/a,                  [::1]:5000/a:latest,         [::1]:5000/a
                    REG/app,                        REG/app,                       REG/app:latest,              REG/app
                    a.b/c__d-e.f/g:T_1.2-3,         a.b/c__d-e.f/g,                a.b/c__d-e.f/g:T_1.2-3,      a.b/c__d-e.f/g
                    """)
    void understandsNames(String text, String repository, String pulled, String bare)
            throws Exception {
        ImageReference reference = ImageReference.parse(text);
        assertThat(reference.repository()).isEqualTo(repository);
        assertThat(reference.withDefaultTag()).isEqualTo(pulled);
        assertThat(reference.withoutTagAndDigest()).isEqualTo(bare);
    }

    @Test
    void addsNoTagToADigest() throws Exception {
        String text = "reg.example/a:1@sha256:" + HEX;
        assertThat(ImageReference.parse(text).withDefaultTag()).isEqualTo(text);
        assertThat(ImageReference.parse(text).withoutTagAndDigest()).isEqualTo("reg.example/a");
        String untagged = "reg.example/a@sha256:" + HEX;
        assertThat(ImageReference.parse(untagged).withDefaultTag()).isEqualTo(untagged);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    '',                 invalid reference format
                    'a b',              invalid reference format
                    App,                must be lowercase
                    a.b/App,            must be lowercase
                    a:,                 invalid reference format
                    a//b,               invalid reference format
                    -a,                 invalid reference format
                    a@sha256:00,        invalid reference format
                    a@md5:00000000000000000000000000000000,    unsupported digest algorithm
                    a@sha256:00000000000000000000000000000000, invalid checksum digest length
                    """)
    void refusesWhatIsNoName(String text, String why) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(InvalidImageNameException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesAnIdentifierAsAName() {
        assertThatThrownBy(() -> ImageReference.parse(HEX))
                .hasMessageContaining("cannot specify 64-byte hexadecimal strings");
    }

    @Test
    void refusesAnEndlessNameQuickly() {
        assertThatThrownBy(() -> ImageReference.parse("a-".repeat(1_000_000)))
                .isInstanceOf(InvalidImageNameException.class);
        assertThatThrownBy(() -> ImageReference.parse("a" + "-".repeat(4000) + "/b"))
                .isInstanceOf(InvalidImageNameException.class);
    }
}
