package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravel.linux.RootOnly;
import dev.caravel.linux.dbus.RealSystemd;
import dev.caravel.linux.sys.Kernel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The driver {@code systemd} with a real one. */
@RootOnly
@EnabledIf(
        value = "dev.caravel.linux.dbus.RealSystemd#installed",
        disabledReason = "needs /usr/lib/systemd/systemd")
class SystemdSlicesTest {
    @TempDir Path folder;

    @Test
    void podGroupsAreSlicesWithAllTheirParents() throws Exception {
        try (RealSystemd real = RealSystemd.start(folder)) {
            Path root = real.roots().getFirst();
            Cgroups cgroups =
                    new DrivenCgroups(
                            new CgroupV1(Map.of(CgroupV1.SYSTEMD, root), List.of()),
                            CgroupDriver.SYSTEMD,
                            new SystemdSlices(real.systemd(false), 1),
                            Kernel.processes(),
                            time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
            KubepodsNames names = new KubepodsNames(CgroupName.root());
            CgroupName pod = names.pod(QosClass.BURSTABLE, "1-2");
            assertThat(cgroups.exists(pod)).isFalse();
            CgroupLimits limits = CgroupLimits.none().withPidsMax(12).withCpuQuota(12_345, 100_000);
            cgroups.create(pod, limits);
            cgroups.create(pod, limits);
            assertThat(cgroups.exists(pod)).isTrue();
            assertThat(
                            real.groupExists(
                                    "kubepods.slice/kubepods-burstable.slice/"
                                            + "kubepods-burstable-pod1_2.slice"))
                    .isTrue();
            assertThat(cgroups.pods(names))
                    .extracting(KubepodsNames.PodCgroup::uid)
                    .containsExactly("1-2");
            cgroups.destroy(pod);
            assertThat(cgroups.exists(pod)).isFalse();
            assertThat(real.systemd(false).startTransientUnit(pod.systemdUnit(), List.of()))
                    .as("systemd has forgotten the slice")
                    .isTrue();
            cgroups.destroy(pod);
        }
    }
}
