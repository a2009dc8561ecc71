package dev.caravel.config.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.config.FieldRow;
import dev.caravel.config.flags.Flag;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KubeletFlagTableTest {

    private static final List<Flag> FLAGS = KubeletFlagTable.flags().all();

    /** The names were printed by the Go agent of 1.37.2; help-all is ours. */
    @Test
    void thereIsEveryFlagOfUpstreamAndOneMore() throws IOException {
        List<String> ours =
                FLAGS.stream()
                        .map(flag ->
                                flag.name()
                                        + (flag.deprecation().isEmpty()
                                                ? " staying"
                                                : " deprecated"))
                        .filter(line -> !line.startsWith("help-all "))
                        .toList();
        assertThat(ours).containsExactlyInAnyOrderElementsOf(FieldRow.lines("/kubelet/flags.txt"));
    }

    @Test
    void everyFlagForAFieldNamesAFieldThatExists() throws IOException {
        List<String> paths =
                FieldRow.read("/kubelet/fields.txt").stream().map(FieldRow::path).toList();
        assertThat(FLAGS)
                .filteredOn(flag -> !flag.field().isEmpty())
                .map(Flag::field)
                .isSubsetOf(paths);
    }
}
