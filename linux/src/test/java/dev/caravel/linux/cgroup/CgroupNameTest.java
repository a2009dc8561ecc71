package dev.caravel.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupNameTest {
    private static final String UID = "8dbc75fb-0f6a-4f7c-8e14-1c3b2a0d9e5f";

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    /,                       /,                      /,  -.slice
                    /kubepods,               /kubepods,              /kubepods.slice, kubepods.slice
                    /kubepods/burstable,     /kubepods/burstable,    /kubepods.slice/kubepods-burstable.slice, kubepods-burstable.slice
                    /my-root/kubepods/pod1-2, /my-root/kubepods/pod1-2, /my_root.slice/my_root-kubepods.slice/my_root-kubepods-pod1_2.slice, my_root-kubepods-pod1_2.slice
                    system/,                 /system,                /system.slice, system.slice
                    //a///b/,                /a/b,                   /a.slice/a-b.slice, a-b.slice
                    """)
    void namesHaveOnePathForEachDriver(String text, String cgroupfs, String systemd, String unit) {
        CgroupName name = CgroupName.parse(text);
        assertThat(name.toCgroupfs()).isEqualTo(cgroupfs);
        assertThat(name.toSystemd()).isEqualTo(systemd);
        assertThat(name.systemdUnit()).isEqualTo(unit);
        assertThat(name.path(CgroupDriver.CGROUPFS)).isEqualTo(cgroupfs);
        assertThat(name.path(CgroupDriver.SYSTEMD)).isEqualTo(systemd);
        assertThat(CgroupName.parse(cgroupfs)).isEqualTo(name);
        assertThat(CgroupName.parseSystemd(systemd)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    GUARANTEED,  /kubepods/pod%s,            /kubepods.slice/kubepods-pod%s.slice
                    BURSTABLE,   /kubepods/burstable/pod%s,  /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice
                    BEST_EFFORT, /kubepods/besteffort/pod%s, /kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%s.slice
                    """)
    void podsStandBelowTheirQosClassAndAreFoundAgain(
            QosClass qos, String cgroupfs, String systemd) {
        KubepodsNames names = new KubepodsNames(CgroupName.root());
        CgroupName pod = names.pod(qos, UID);
        assertThat(pod.toCgroupfs()).isEqualTo(cgroupfs.formatted(UID));
        assertThat(pod.toSystemd()).isEqualTo(systemd.formatted(UID.replace('-', '_')));
        KubepodsNames.PodCgroup found = new KubepodsNames.PodCgroup(qos, UID, pod);
        assertThat(names.podOf(CgroupName.parse(pod.toCgroupfs()))).hasValue(found);
        assertThat(names.podOf(CgroupName.parseSystemd(pod.toSystemd()))).hasValue(found);
    }

    @Test
    void aCgroupRootComesInFront() {
        KubepodsNames names = new KubepodsNames(CgroupName.parse("/nodes/one"));
        assertThat(names.pod(QosClass.BURSTABLE, "u").toCgroupfs())
                .isEqualTo("/nodes/one/kubepods/burstable/podu");
        assertThat(names.podOf(CgroupName.parse("/kubepods/burstable/podu"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kubepods",
                "/kubepods/burstable",
                "/kubepods/pod",
                "/kubepods/burstable/other",
                "/kubepods/burstable/podu/container",
                "/else/podu",
                "/"
            })
    void otherGroupsAreNoPods(String path) {
        KubepodsNames names = new KubepodsNames(CgroupName.root());
        assertThat(names.podOf(CgroupName.parse(path))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_b", "a/b", "", ".", "..", "a\0b"})
    void componentsThatCouldNotBeReadBackAreRefused(String component) {
        assertThatThrownBy(() -> CgroupName.root().child(component))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/kubepods.slice/a--podu.slice", "/kubepods.slice/-podu.slice"})
    void strangersFoldersAreNoPodsAndHarmNothing(String path) {
        KubepodsNames names = new KubepodsNames(CgroupName.root());
        assertThat(names.podOf(CgroupName.parseSystemd(path))).isEmpty();
    }

    @Test
    void configuredNamesMayContainUnderscores() {
        assertThat(CgroupName.parse("/my_group").toCgroupfs()).isEqualTo("/my_group");
    }
}
