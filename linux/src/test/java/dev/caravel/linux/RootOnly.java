package dev.caravel.linux;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Marks tests that change the machine's mounts or control groups; the report says why they rest.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "dev.caravel.linux.RootOnly$Check#isRoot",
        disabledReason = "changes mounts, devices or control groups: run as root")
public @interface RootOnly {
    /** The condition. */
    final class Check {
        private Check() {}

        static boolean isRoot() {
            return System.getProperty("user.name").equals("root");
        }
    }
}
