package dev.caravel.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the host that some tests compare with. */
public final class Programs {
    private Programs() {}

    /** Skips the test, saying why, when a program is not installed. */
    public static void need(String... programs) {
        for (String program : programs) {
            boolean found =
                    List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream()
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(found, program + " is not installed; this test compares with it");
        }
    }

    /** Skips the test, saying why, when network namespaces cannot be made. */
    public static void needNetns() {
        assumeTrue(Netns.available(), "needs root and the ip program for network namespaces");
    }
}
