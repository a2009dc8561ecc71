package dev.caravel.kubelet.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravel.csi.FakeDriver;
import dev.caravel.csi.PluginInfo;
import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.linux.fs.FileWatch;
import dev.caravel.linux.sys.Kernel;
import dev.caravel.proto.pluginregistration.RegistrationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginWatcherTest {
    @TempDir Path temporary;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";
    private final PluginSockets sockets = new PluginSockets();
    private FileWatch fileWatch;
    private Path folder;
    private PluginWatcher watcher;

    private final class Handler implements PluginHandler {
        @Override
        public String type() {
            return PluginInfo.CSI;
        }

        @Override
        public void register(PluginInfo plugin, Path endpoint) throws PluginException {
            heard.add("+" + plugin.name() + " " + endpoint.getFileName());
            if (!refusal.isEmpty()) {
                throw new PluginException(refusal);
            }
        }

        @Override
        public void deregister(PluginInfo plugin, Path endpoint) {
            heard.add("-" + plugin.name());
        }
    }

    @BeforeEach
    void start() throws IOException {
        folder = temporary.resolve("plugins_registry");
        fileWatch = new FileWatch(Thread.ofPlatform().daemon().factory());
        watcher =
                new PluginWatcher(
                        folder, fileWatch, Kernel.files(), sockets, List.of(new Handler()));
    }

    @AfterEach
    void stop() throws Exception {
        watcher.close();
        fileWatch.close();
        sockets.close();
    }

    private FakeDriver driver(String name) throws IOException {
        return new FakeDriver(name, folder.resolve(name + "-reg.sock"));
    }

    @Test
    void aSocketThatIsThereOrComesIsRegistered() throws Exception {
        Files.createDirectory(folder);
        try (FakeDriver first = driver("one")) {
            watcher.start();
            await().until(() -> !first.notified.isEmpty());
            try (FakeDriver second = driver("two")) {
                await().until(() -> !second.notified.isEmpty());
                assertThat(first.notified)
                        .extracting(RegistrationStatus::getPluginRegistered)
                        .containsExactly(true);
                assertThat(heard).containsExactly("+one one-reg.sock", "+two two-reg.sock");
            }
        }
    }

    @Test
    void aSocketThatGoesIsDeregisteredAndMayComeAgain() throws Exception {
        watcher.start();
        FakeDriver driver = driver("one");
        await().until(() -> !driver.notified.isEmpty());
        driver.close();
        Files.deleteIfExists(driver.socket());
        await().until(() -> heard.contains("-one"));
        try (FakeDriver again = driver("one")) {
            await().until(() -> !again.notified.isEmpty());
            assertThat(heard).containsExactly("+one one-reg.sock", "-one", "+one one-reg.sock");
        }
    }

    @Test
    void aRefusedPluginIsToldWhyAndTriedAgain() throws Exception {
        watcher.start();
        refusal = "too old";
        try (FakeDriver driver = driver("one")) {
            await().until(() -> !driver.notified.isEmpty());
            assertThat(driver.notified.getFirst().getPluginRegistered()).isFalse();
            assertThat(driver.notified.getFirst().getError()).isEqualTo("too old");
            refusal = "";
            await().until(() -> driver.notified.getLast().getPluginRegistered());
        }
    }

    @Test
    void thingsThatAreNoPluginsHarmNobody() throws Exception {
        Files.createDirectory(folder);
        Files.writeString(folder.resolve("file"), "x");
        Files.createDirectory(folder.resolve("dir"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/run"));
        FakeDriver dead = driver("dead");
        dead.close();
        watcher.start();
        try (FakeDriver driver = driver("one")) {
            await().until(() -> !driver.notified.isEmpty());
            assertThat(heard).containsExactly("+one one-reg.sock");
        }
    }

    @Test
    void theEndOfTheKubeletDeregistersNobody() throws Exception {
        watcher.start();
        try (FakeDriver driver = driver("one")) {
            await().until(() -> !driver.notified.isEmpty());
            watcher.close();
            watcher.close();
            assertThat(heard).containsExactly("+one one-reg.sock");
        }
    }
}
