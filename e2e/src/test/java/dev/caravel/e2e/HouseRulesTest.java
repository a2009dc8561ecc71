package dev.caravel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The rules of the house (docs/architecture.md). What broke one when the rule came is listed in
 * {@code house-rules.txt}; the list may only shrink, so an entry that is no longer needed fails as
 * well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseRulesTest {
    private static final int LONGEST_FILE = 500;
    private static final int LONGEST_METHOD = 60;

    /** Packages of each module, and the modules it may know. */
    private static final Map<String, Set<String>> MAY_KNOW =
            Map.of(
                    "proto", Set.of(),
                    "config", Set.of(),
                    "linux", Set.of(),
                    "daemon", Set.of("config", "linux"),
                    "cri", Set.of("proto"),
                    "cni", Set.of("proto"),
                    "csi", Set.of("proto"),
                    "kubelet", Set.of("daemon", "config", "linux", "cri", "csi", "cni", "proto"),
                    "proxy", Set.of("daemon", "config", "linux"),
                    "ctl", Set.of("daemon", "config", "linux", "cri", "proto"));

    /** The few places that may ask what time it is or wait for time to pass. */
    private static final Set<String> CLOCKS =
            Set.of(
                    "java.time.Instant.now",
                    "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.lang.Thread.sleep");

    private JavaClasses classes = new ClassFileImporter().importClasses();
    private List<Path> sources = List.of();
    private Map<String, Integer> allowed = Map.of();

    @BeforeAll
    void readEverything() throws IOException {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(location -> !location.contains("-tests.jar"))
                        .importPackages("dev.caravel");
        try (Stream<Path> files = Files.walk(Home.folder())) {
            sources =
                    files.filter(f -> f.toString().endsWith(".java"))
                            .filter(f -> f.toString().contains("/src/"))
                            .filter(f -> !f.toString().contains("/target/"))
                            .sorted()
                            .toList();
        }
        allowed = readAllowed();
    }

    private static Map<String, Integer> readAllowed() throws IOException {
        Map<String, Integer> allowed = new HashMap<>();
        try (InputStream in =
                Objects.requireNonNull(
                        HouseRulesTest.class.getResourceAsStream("/house-rules.txt"))) {
            for (String line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int blank = line.lastIndexOf(' ');
                    allowed.put(
                            line.substring(0, blank), Integer.parseInt(line.substring(blank + 1)));
                }
            }
        }
        return allowed;
    }

    /**
     * Fails on what is over the limit and not listed, or worse than listed, or listed for nothing.
     */
    private void holdTo(String rule, Map<String, Integer> broken) {
        List<String> wrong = new ArrayList<>();
        broken.forEach((what, size) -> {
            int limit = allowed.getOrDefault(rule + " " + what, 0);
            if (size > limit) {
                wrong.add("%s %s: %d, allowed %d".formatted(rule, what, size, limit));
            }
        });
        allowed.keySet().stream()
                .filter(entry -> entry.startsWith(rule + " "))
                .filter(entry -> !broken.containsKey(entry.substring(rule.length() + 1)))
                .forEach(entry -> wrong.add(entry + " is good now; remove it from the list"));
        assertThat(wrong)
                .as("the code, e2e/src/test/resources/house-rules.txt lists what may still be")
                .isEmpty();
    }

    private static String module(String packageName) {
        String[] parts = packageName.split("\\.", -1);
        return parts.length > 2 && packageName.startsWith("dev.caravel.") ? parts[2] : "";
    }

    @Test
    void modulesKnowOnlyWhatIsBelowThem() {
        Set<String> wrong = new TreeSet<>();
        classes.forEach(from ->
                from.getDirectDependenciesFromSelf()
                        .forEach(dependency -> {
                            String own = module(from.getPackageName());
                            String other = module(dependency.getTargetClass().getPackageName());
                            if (!other.isEmpty()
                                    && !other.equals(own)
                                    && !MAY_KNOW.getOrDefault(own, Set.of("testing"))
                                            .contains(other)) {
                                wrong.add(from.getName() + " knows " + other);
                            }
                        }));
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyModuleWasLookedAt() {
        Set<String> seen = new TreeSet<>();
        classes.forEach(c -> seen.add(module(c.getPackageName())));
        assertThat(seen).contains("config", "linux", "daemon", "cri", "csi", "kubelet", "proxy");
    }

    @Test
    void decisionsOfThePlannerHaveNoClockNoLogAndNoInputOrOutput() {
        Set<String> wrong = new TreeSet<>();
        classes.stream()
                .filter(c -> c.getPackageName().startsWith("dev.caravel.kubelet.plan"))
                .forEach(from ->
                        from.getDirectDependenciesFromSelf().stream()
                                .map(d -> d.getTargetClass().getName())
                                .filter(HouseRulesTest::isEffect)
                                .forEach(name -> wrong.add(from.getName() + " uses " + name)));
        assertThat(wrong).isEmpty();
    }

    private static boolean isEffect(String name) {
        return name.startsWith("org.slf4j.")
                || name.startsWith("java.io.")
                || name.startsWith("java.nio.file.")
                || name.startsWith("java.net.")
                || name.startsWith("java.lang.Thread")
                || name.startsWith("java.util.Random")
                || name.equals("java.time.Clock")
                || name.startsWith("java.util.concurrent.locks.");
    }

    @Test
    void onlyOnePackageAsksForTheTime() {
        Map<String, Integer> calls = new TreeMap<>();
        classes.stream()
                .filter(c -> !c.getPackageName().equals("dev.caravel.daemon.run"))
                .flatMap(c -> c.getMethodCallsFromSelf().stream())
                .filter(HouseRulesTest::asksForTime)
                .forEach(call -> calls.merge(call.getOriginOwner().getName(), 1, Integer::sum));
        holdTo("clock", calls);
    }

    private static boolean asksForTime(JavaMethodCall call) {
        return CLOCKS.contains(call.getTargetOwner().getName() + "." + call.getName());
    }

    @Test
    void testsDoNotSleep() throws IOException {
        List<String> sleepers = new ArrayList<>();
        for (Path source : sources) {
            boolean sleeps = Files.readString(source).contains("Thread." + "sleep(");
            if (source.toString().contains("/src/test/") && sleeps) {
                sleepers.add(Home.folder().relativize(source).toString());
            }
        }
        assertThat(sleepers).isEmpty();
    }

    @Test
    void filesAreShort() throws IOException {
        Map<String, Integer> lengths = new TreeMap<>();
        for (Path source : sources) {
            int lines = Files.readAllLines(source).size();
            if (lines > LONGEST_FILE) {
                lengths.put(Home.folder().relativize(source).toString(), lines);
            }
        }
        holdTo("file", lengths);
    }

    @Test
    void methodsAreShort() throws IOException {
        Map<String, Integer> lengths = new TreeMap<>();
        for (SourceMethods.Method method : SourceMethods.of(sources)) {
            if (method.lines() > LONGEST_METHOD) {
                String file = Home.folder().relativize(method.file()).toString();
                lengths.merge(file + "#" + method.name(), method.lines(), Math::max);
            }
        }
        holdTo("method", lengths);
    }

    @Test
    void everyPackageSaysWhatItIs() {
        Set<String> all = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        for (Path source : sources) {
            String name = packageOf(source);
            all.add(name);
            if (source.endsWith("package-info.java")) {
                described.add(name);
            }
        }
        all.removeAll(described);
        assertThat(all).isEmpty();
    }

    private static String packageOf(Path source) {
        String path = Objects.requireNonNull(source.getParent()).toString();
        return path.substring(path.indexOf("/java/") + "/java/".length()).replace('/', '.');
    }
}
