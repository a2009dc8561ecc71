package dev.caravel.config.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.config.FieldRow;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KubeProxyFieldsTest {

    static List<FieldRow> rows() throws IOException {
        return FieldRow.read("/proxy/fields.txt");
    }

    @Test
    void everyFieldHasALineInTheTable() throws IOException {
        assertThat(rows())
                .map(FieldRow::path)
                .containsExactlyInAnyOrderElementsOf(FieldRow.paths(KubeProxyConfiguration.class));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aFieldThatIsNotSetHasItsDefault(FieldRow row) {
        assertThat(row.in(KubeProxyConfiguration.defaults().toJson())).isEqualTo(row.defaultJson());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aFieldThatIsSetIsTakenOver(FieldRow row) throws ReflectiveOperationException {
        if (row.other().equals("-")) {
            assertThat(row.path()).isEqualTo("runOnce");
            return;
        }
        KubeProxyConfiguration config = KubeProxyConfiguration.parse(row.document(row.other()));
        assertThat(row.in(config.toJson()))
                .isEqualTo(FieldRow.json(row.other()))
                .isNotEqualTo(row.defaultJson());
        assertThat(row.valueIn(config))
                .isNotEqualTo(row.valueIn(KubeProxyConfiguration.defaults()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aValueThatDoesNotFitIsRejectedByName(FieldRow row) {
        boolean needsGate = row.other().equals(row.rejected()) && !row.needs().isEmpty();
        String document =
                needsGate
                        ? row.document(row.rejected()).substring(row.needs().length() + 1)
                        : row.document(row.rejected());
        assertThatThrownBy(() -> KubeProxyConfiguration.parse(document))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(row.path());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsWrittenReadsBackTheSame(FieldRow row) {
        if (row.other().equals("-")) {
            return;
        }
        KubeProxyConfiguration config = KubeProxyConfiguration.parse(row.document(row.other()));
        assertThat(KubeProxyConfiguration.parse(config.toJson())).isEqualTo(config);
    }
}
