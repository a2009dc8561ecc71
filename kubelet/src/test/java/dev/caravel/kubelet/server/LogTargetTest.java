package dev.caravel.kubelet.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTargetTest {

    /** {@code running:id}, {@code ended:id}, {@code waiting:reason}, or nothing. */
    private static ContainerState state(String text) {
        String what = text.substring(text.indexOf(':') + 1);
        return switch (text.substring(0, Math.max(0, text.indexOf(':')))) {
            case "running" -> new ContainerStateBuilder().withNewRunning().endRunning().build();
            case "ended" ->
                    new ContainerStateBuilder()
                            .withNewTerminated()
                            .withContainerID(what)
                            .endTerminated()
                            .build();
            case "waiting" ->
                    new ContainerStateBuilder()
                            .withNewWaiting()
                            .withReason(what)
                            .endWaiting()
                            .build();
            default -> new ContainerState();
        };
    }

    private static PodStatus status(String now, String last) {
        return new PodStatusBuilder()
                .addToContainerStatuses(
                        new ContainerStatusBuilder()
                                .withName("c")
                                .withContainerID(
                                        now.startsWith("running")
                                                ? now.substring("running:".length())
                                                : "")
                                .withState(state(now))
                                .withLastState(state(last))
                                .build())
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
                    running:containerd://r1,   '',                    false, r1
                    running:containerd://r1,   ended:containerd://r0, false, r1
                    running:containerd://r1,   ended:containerd://r0, true,  r0
                    ended:containerd://r1,     ended:containerd://r0, false, r1
                    'ended:',                  ended:containerd://r0, false, r0
                    waiting:CrashLoopBackOff,  ended:containerd://r0, false, r0
                    """)
    void theLogOfThisInstanceIsShown(String now, String last, boolean previous, String id) {
        assertThat(LogTarget.choose("p", status(now, last), "c", previous))
                .isEqualTo(new LogTarget.Found(id));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    waiting:ErrImagePull,      '',       false, "container ""c"" in pod ""p"" is waiting to start: image can't be pulled"
                    waiting:ImagePullBackOff,  '',       false, "container ""c"" in pod ""p"" is waiting to start: trying and failing to pull image"
                    waiting:ContainerCreating, '',       false, "container ""c"" in pod ""p"" is waiting to start: ContainerCreating"
                    '',                        '',       false, "container ""c"" in pod ""p"" is waiting to start - no logs yet"
                    'ended:',                  '',       false, "container ""c"" in pod ""p"" is terminated"
                    waiting:x,                 'ended:', false, "container ""c"" in pod ""p"" is terminated"
                    running:containerd://r1,   '',       true,  "previous terminated container ""c"" in pod ""p"" not found"
                    """,
            quoteCharacter = '"')
    void aContainerWithoutLogIsToldInUpstreamsWords(
            String now, String last, boolean previous, String text) {
        assertThat(
                        LogTarget.choose(
                                "p",
                                status(now.replace("'", ""), last.replace("'", "")),
                                "c",
                                previous))
                .isEqualTo(new LogTarget.None(text));
    }

    @ParameterizedTest
    @CsvSource("other")
    void aNameTheStatusDoesNotHaveIsNotAvailable(String name) {
        assertThat(LogTarget.choose("p", status("running:r", ""), name, false))
                .isEqualTo(new LogTarget.None("container \"other\" in pod \"p\" is not available"));
    }
}
