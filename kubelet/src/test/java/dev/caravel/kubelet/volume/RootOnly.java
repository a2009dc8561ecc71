package dev.caravel.kubelet.volume;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** A test that mounts or changes owners, which only root may. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "dev.caravel.kubelet.volume.RootOnly$Check#isRoot",
        disabledReason = "mounts and changes owners, so it must run as root")
public @interface RootOnly {
    /** Who runs the test. */
    final class Check {
        private Check() {}

        static boolean isRoot() {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
