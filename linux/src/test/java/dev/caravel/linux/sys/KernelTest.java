package dev.caravel.linux.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTest {
    /** What a program does that knows the kernel but calls nothing. */
    public static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws SystemCallException {
            Kernel.files();
            Kernel.mounts();
            Kernel.processes();
            if (args.length > 0) {
                Kernel.files().status(Path.of(args[0]));
            }
            System.out.println("done");
        }
    }

    private static String classesLoaded(String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xlog:class+load",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Idle.class.getName());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output).contains("done");
        return output;
    }

    @Test
    void theNativeLibraryIsLoadedByTheFirstCallAndNotBefore() throws Exception {
        assertThat(classesLoaded()).doesNotContain("jnr.ffi").doesNotContain("kenai.jffi");
        assertThat(classesLoaded("/")).contains("kenai.jffi");
    }
}
