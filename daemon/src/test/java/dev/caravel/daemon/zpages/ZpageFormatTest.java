package dev.caravel.daemon.zpages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZpageFormatTest {
    /** As upstream's negotiation decides, read off its answers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                                             | text/plain
                    */*                                                            | text/plain
                    text/plain                                                     | text/plain
                    text/*                                                         | text/plain
                    text/html, application/xhtml+xml, */*;q=0.8                    | text/plain
                    application/json;as=Flagz;g=config.k8s.io;v=v1beta1            | application/json v1beta1
                    application/json; as=Flagz; g=config.k8s.io; v=v1alpha1        | application/json v1alpha1
                    application/yaml;v=v1beta1;g=config.k8s.io;as=Flagz            | application/yaml v1beta1
                    */*;as=Flagz;g=config.k8s.io;v=v1beta1                         | application/json v1beta1
                    application/json, text/plain                                   | text/plain
                    text/plain;q=0.5, application/yaml;as=Flagz;g=config.k8s.io;v=v1beta1 | application/yaml v1beta1
                    application/json                                               | nothing
                    application/json;as=Statusz;g=config.k8s.io;v=v1beta1          | nothing
                    application/json;as=Flagz;g=config.k8s.io;v=v1                 | nothing
                    application/json;as=Flagz                                      | nothing
                    application/vnd.kubernetes.protobuf                            | nothing
                    text/plain;as=Flagz;g=config.k8s.io;v=v1beta1                  | nothing
                    """)
    void isChosenByWhatTheClientAccepts(String accept, String expected) {
        String chosen =
                ZpageFormat.choose(accept, "Flagz")
                        .map(format -> (format.mediaType() + " " + format.version()).strip())
                        .orElse("nothing");
        assertThat(chosen).isEqualTo(expected);
    }
}
