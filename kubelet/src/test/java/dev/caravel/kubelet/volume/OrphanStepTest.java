package dev.caravel.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrphanStepTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
                    a wanted pod keeps all,                  true,  false, false, false, false, Keep
                    even with nothing mounted,               true,  false, true,  true,  true,  Keep
                    so does one the runtime still knows,     false, true,  true,  true,  false, Keep
                    mounts are torn down first,              false, false, true,  false, false, TearDown
                    and so are folders without mounts,       false, false, false, true,  false, TearDown
                    a mount that stays saves all,            false, false, true,  false, true,  Stuck
                    and so does a volume folder that stays,  false, false, false, true,  true,  Stuck
                    only then the rest may go,               false, false, false, false, true,  RemoveRest
                    at once if there was never a volume,     false, false, false, false, false, RemoveRest
                    """)
    void nothingIsRemovedButOnProof(
            String name,
            boolean wanted,
            boolean running,
            boolean mounts,
            boolean volumes,
            boolean torn,
            String expected) {
        List<Path> path = List.of(Path.of("/x"));
        OrphanStep step =
                OrphanStep.next(
                        new OrphanStep.Evidence(
                                wanted,
                                running,
                                mounts ? path : List.of(),
                                volumes ? path : List.of(),
                                torn));
        assertThat(step.getClass().getSimpleName()).isEqualTo(expected);
    }
}
