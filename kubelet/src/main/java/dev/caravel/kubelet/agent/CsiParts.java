package dev.caravel.kubelet.agent;

import dev.caravel.csi.grpc.PluginSockets;
import dev.caravel.daemon.api.ApiClient;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.daemon.run.Ticks;
import dev.caravel.kubelet.csi.CsiNode;
import dev.caravel.kubelet.csi.CsiVolumes;
import dev.caravel.kubelet.csi.VolumesInUse;
import dev.caravel.kubelet.objects.PodObjects;
import dev.caravel.kubelet.objects.PodTokens;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.volume.GroupOwnership;
import dev.caravel.kubelet.volume.VolumePaths;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.plugin.BlockDevices;
import dev.caravel.kubelet.volume.plugin.HostCommands;
import dev.caravel.linux.fs.DirectoryTree;
import dev.caravel.linux.fs.SafeFiles;
import dev.caravel.linux.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** CSI volumes put together (contract §7.4); there are none without an API server. */
final class CsiParts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CsiParts.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CsiVolumes volumes;
    private final VolumesInUse inUse;
    private final NodeBoard board;
    private final Ticks ticks;
    private @Nullable Thread thread;

    CsiParts(
            PodParts.Ways ways,
            ApiClient api,
            String nodeName,
            PodObjects objects,
            PodTokens tokens,
            PluginSockets sockets,
            Ticks ticks) {
        this.board = ways.board();
        this.ticks = ticks;
        this.inUse = new VolumesInUse(board::reportSoon);
        DirectoryTree trees = new DirectoryTree(Kernel.files());
        CsiNode node =
                new CsiNode(
                        nodeName,
                        new VolumePaths(ways.settings().flags().rootDir()),
                        ways.mounts(),
                        new SafeFiles(Kernel.files()),
                        new GroupOwnership(trees, Kernel.files()),
                        new BlockDevices(HostCommands.system(), ways.mounts()));
        this.volumes =
                new CsiVolumes(
                        node, new CsiVolumes.Sources(api, objects, tokens), sockets, inUse, ticks);
        board.onVolumesReported(inUse::reported);
        board.problems(volumes.objects()::problems);
    }

    VolumePlugin plugin() {
        return volumes.plugin();
    }

    PluginHandler handler() {
        return volumes.handler();
    }

    /**
     * Finds out what an earlier process used, has the node's status tell it, and sees to the
     * CSINode, without which the node is not ready. Comes before any pod is looked at.
     */
    void start() throws InterruptedException {
        volumes.recover();
        board.volumesInUse(inUse::names);
        thread = NamedThreads.start("csi/csinode", this::ensure);
    }

    /** The Node, which owns the CSINode, may not be registered yet. */
    private void ensure() {
        boolean told = false;
        try {
            while (true) {
                try {
                    volumes.objects().ensure();
                    board.reportSoon();
                    return;
                } catch (IOException e) {
                    if (!told) {
                        log.info(
                                "CSINode cannot be written yet: {}. Trying every second.",
                                e.getMessage());
                        told = true;
                    }
                }
                ticks.sleep(RETRY);
            }
        } catch (InterruptedException closing) {
            log.debug("The kubelet ends before its CSINode is there");
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        volumes.close();
    }
}
