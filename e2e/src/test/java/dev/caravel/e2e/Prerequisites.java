package dev.caravel.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravel.cri.contract.Containerd;
import java.io.IOException;
import java.util.Optional;

/** What the machine must have for a test; skips it and prints the reason otherwise. */
final class Prerequisites {

    private Prerequisites() {}

    static void containerd(String test) {
        skip(test, Containerd.missing());
    }

    static void controlPlane(String test) throws IOException, InterruptedException {
        containerd(test);
        skip(test, ControlPlane.missing());
    }

    private static void skip(String test, Optional<String> why) {
        why.ifPresent(reason -> System.err.println("Skipped: " + test + ": " + reason));
        assumeTrue(why.isEmpty(), () -> why.orElse(""));
    }
}
