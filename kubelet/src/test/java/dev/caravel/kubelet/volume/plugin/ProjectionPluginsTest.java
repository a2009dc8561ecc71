package dev.caravel.kubelet.volume.plugin;

import static dev.caravel.kubelet.volume.VolumeBed.gid;
import static dev.caravel.kubelet.volume.VolumeBed.mode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.objects.ObjectUnavailableException;
import dev.caravel.kubelet.objects.PodCredentials;
import dev.caravel.kubelet.objects.TrustAnchors;
import dev.caravel.kubelet.volume.PodVolume;
import dev.caravel.kubelet.volume.Pods;
import dev.caravel.kubelet.volume.PreparedVolume;
import dev.caravel.kubelet.volume.RootOnly;
import dev.caravel.kubelet.volume.VolumeBed;
import dev.caravel.kubelet.volume.VolumeException;
import dev.caravel.kubelet.volume.VolumePlugin;
import dev.caravel.kubelet.volume.VolumeRequest;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RootOnly
final class ProjectionPluginsTest {
    @TempDir Path temporary;
    private VolumeBed bed;
    private final Pod pod = Pods.of(List.of(Pods.container("c", "v:/v", "other:/v/nested")));

    @BeforeEach
    void open() throws IOException {
        bed = new VolumeBed(temporary);
        bed.objects.putConfigMap("shop", "conf", Map.of("a", "1", "b", "2"));
        bed.objects.putSecret("shop", "key", Map.of("password", "hunter2"));
    }

    @AfterEach
    void close() throws IOException {
        bed.close();
    }

    private static PreparedVolume.OnHost prepare(VolumePlugin plugin, Pod pod, Volume volume)
            throws VolumeException, InterruptedException {
        return (PreparedVolume.OnHost)
                plugin.prepare(new VolumeRequest(pod, PodVolume.inline(volume), true));
    }

    private ConfigMapPlugin configMaps() {
        return new ConfigMapPlugin(bed.sources, bed.folder);
    }

    private ProjectedPlugin projected() {
        return new ProjectedPlugin(
                bed.sources,
                bed.credentials(new Anchors(), new Certificates()),
                bed.folder,
                bed.tokens);
    }

    private static VolumeBuilder volume() {
        return new VolumeBuilder().withName("v");
    }

    private static Volume configMap(@Nullable Boolean optional, String name) {
        return volume().withNewConfigMap()
                .withName(name)
                .withDefaultMode(0640)
                .withOptional(optional)
                .endConfigMap()
                .build();
    }

    @Test
    void aConfigMapLiesOnDiskReadOnlyAndFollowsTheObject() throws Exception {
        PreparedVolume.OnHost v = prepare(configMaps(), pod, configMap(null, "conf"));
        assertThat(v.path())
                .isEqualTo(bed.root.resolve("pods/uid-1/volumes/kubernetes.io~configmap/v"));
        assertThat(v.readOnly()).isTrue();
        assertThat(v.relabel()).isTrue();
        assertThat(v.refreshAt()).isEmpty();
        assertThat(bed.mounts.isMountPoint(v.path())).isFalse();
        assertThat(v.path().resolve("a")).hasContent("1");
        assertThat(mode(v.path().resolve("..data/a"))).isEqualTo(0640);
        bed.objects.putConfigMap("shop", "conf", Map.of("a", "3"));
        prepare(configMaps(), pod, configMap(null, "conf"));
        assertThat(v.path().resolve("a")).hasContent("3");
        assertThat(v.path().resolve("b")).doesNotExist();
    }

    @Test
    void mountPointsForVolumesInsideAreMade() throws Exception {
        PreparedVolume.OnHost v = prepare(configMaps(), pod, configMap(null, "conf"));
        assertThat(v.path().resolve("nested")).isDirectory();
    }

    @Test
    void unannouncedChangesAreLookedForEveryMinute() throws Exception {
        bed.objects.announces = false;
        PreparedVolume.OnHost v = prepare(configMaps(), pod, configMap(null, "conf"));
        assertThat(v.refreshAt()).hasValue(bed.ticks.now().plus(Duration.ofMinutes(1)));
    }

    @Test
    void aMissingObjectMakesAnEmptyVolumeOnlyIfOptional() throws Exception {
        PreparedVolume.OnHost v = prepare(configMaps(), pod, configMap(true, "nope"));
        assertThat(v.path()).isDirectoryNotContaining("glob:**/{a,b}");
        assertThat(v.path().resolve("..data")).isEmptyDirectory();
        assertThatThrownBy(() -> prepare(configMaps(), pod, configMap(null, "nope")))
                .isInstanceOf(VolumeException.class)
                .hasMessage("configmap \"nope\" not found");
        bed.objects.away = true;
        assertThatThrownBy(() -> prepare(configMaps(), pod, configMap(true, "nope")))
                .hasMessage("the API server is away");
    }

    @Test
    void aSecretLiesInMemoryAndVanishesWithItsVolume() throws Exception {
        SecretPlugin plugin = new SecretPlugin(bed.sources, bed.folder);
        Volume secret =
                volume().withNewSecret()
                        .withSecretName("key")
                        .withDefaultMode(0400)
                        .endSecret()
                        .build();
        PreparedVolume.OnHost v = prepare(plugin, pod, secret);
        assertThat(bed.mountAt(v.path()).fsType()).isEqualTo("tmpfs");
        assertThat(v.path().resolve("password")).hasContent("hunter2");
        assertThat(mode(v.path().resolve("..data/password"))).isEqualTo(0400);
        int mountId = bed.mountAt(v.path()).id();
        prepare(plugin, pod, secret);
        assertThat(bed.mountAt(v.path()).id()).isEqualTo(mountId);
        bed.mounts.unmount(v.path());
        prepare(plugin, pod, secret);
        assertThat(bed.mounts.isMountPoint(v.path())).as("mounted again").isTrue();
        plugin.tearDown("uid-1", "v");
        assertThat(v.path()).doesNotExist();
        plugin.tearDown("uid-1", "v");
    }

    @Test
    void downwardApiShowsFieldsAndResources() throws Exception {
        Pod labelled =
                new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("app", "cart")
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .withNewResources()
                        .addToLimits("memory", new Quantity("64Mi"))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build();
        Volume volume =
                volume().withNewDownwardAPI()
                        .addNewItem()
                        .withPath("labels")
                        .withNewFieldRef(null, "metadata.labels")
                        .endItem()
                        .addNewItem()
                        .withPath("mem")
                        .withMode(0400)
                        .withResourceFieldRef(
                                new ResourceFieldSelector(
                                        "c", new Quantity("1Mi"), "limits.memory"))
                        .endItem()
                        .addNewItem()
                        .withPath("cpu")
                        .withResourceFieldRef(new ResourceFieldSelector("c", null, "limits.cpu"))
                        .endItem()
                        .endDownwardAPI()
                        .build();
        DownwardApiPlugin plugin = new DownwardApiPlugin(bed.sources, bed.folder);
        PreparedVolume.OnHost v = prepare(plugin, labelled, volume);
        assertThat(v.path().resolve("labels")).hasContent("app=\"cart\"");
        assertThat(v.path().resolve("mem")).hasContent("64");
        assertThat(mode(v.path().resolve("..data/mem"))).isEqualTo(0400);
        assertThat(v.path().resolve("cpu")).as("the node's, where there is none").hasContent("4");
        Volume wrong =
                volume().withNewDownwardAPI()
                        .addNewItem()
                        .withPath("x")
                        .withNewFieldRef(null, "spec.nodeName")
                        .endItem()
                        .addNewItem()
                        .withPath("y")
                        .withResourceFieldRef(
                                new ResourceFieldSelector("nobody", null, "limits.cpu"))
                        .endItem()
                        .endDownwardAPI()
                        .build();
        assertThatThrownBy(() -> prepare(plugin, labelled, wrong))
                .hasMessageContaining("unsupported fieldPath: spec.nodeName")
                .hasMessageContaining("container nobody not found");
    }

    private static Volume token() {
        return volume().withNewProjected()
                .withDefaultMode(0644)
                .addNewSource()
                .withNewServiceAccountToken()
                .withPath("token")
                .withExpirationSeconds(3600L)
                .endServiceAccountToken()
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName("conf")
                .addNewItem("a", null, "ca.crt", null)
                .endConfigMap()
                .endSource()
                .endProjected()
                .build();
    }

    @Test
    void aTokenIsRefreshedInPlaceWhenItIsDue() throws Exception {
        ProjectedPlugin plugin = projected();
        PreparedVolume.OnHost v = prepare(plugin, pod, token());
        assertThat(v.path().resolve("token")).hasContent("token-1");
        assertThat(v.path().resolve("ca.crt")).hasContent("1");
        assertThat(mode(v.path().resolve("..data/token"))).isEqualTo(0644);
        Path data = Files.readSymbolicLink(v.path().resolve("..data"));
        bed.ticks.advance(Duration.ofMinutes(47));
        assertThat(prepare(plugin, pod, token()).refreshAt()).isEqualTo(v.refreshAt());
        assertThat(Files.readSymbolicLink(v.path().resolve("..data"))).isEqualTo(data);
        bed.ticks.advance(Duration.between(bed.ticks.now(), v.refreshAt().orElseThrow()));
        PreparedVolume.OnHost later = prepare(plugin, pod, token());
        assertThat(later.path().resolve("token")).hasContent("token-2");
        assertThat(later.refreshAt().orElseThrow())
                .isAfter(bed.ticks.now().plus(Duration.ofMinutes(47)));
        assertThat(Files.readSymbolicLink(v.path().resolve("..data"))).isNotEqualTo(data);
    }

    @Test
    void aTokenIsClosedToAllButTheOneUserOrGroup() throws Exception {
        Pod user =
                new PodBuilder(pod)
                        .editSpec()
                        .withNewSecurityContext()
                        .withRunAsUser(1234L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        Path token = prepare(projected(), user, token()).path().resolve("..data/token");
        assertThat(mode(token)).isEqualTo(0600);
        assertThat(Files.getAttribute(token, "unix:uid")).isEqualTo(1234);
        projected().tearDown("uid-1", "v");
        Pod group =
                new PodBuilder(pod)
                        .editSpec()
                        .withNewSecurityContext()
                        .withFsGroup(4321L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        Path shared = prepare(projected(), group, token()).path().resolve("..data/token");
        assertThat(mode(shared)).isEqualTo(0640);
        assertThat(gid(shared)).isEqualTo(4321);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        Volume wrong =
                volume().withNewProjected()
                        .addNewSource()
                        .withNewSecret()
                        .withName("nope")
                        .endSecret()
                        .endSource()
                        .addNewSource()
                        .withNewConfigMap()
                        .withName("conf")
                        .addNewItem("zzz", null, "x", null)
                        .endConfigMap()
                        .endSource()
                        .endProjected()
                        .build();
        assertThatThrownBy(() -> prepare(projected(), pod, wrong))
                .hasMessage(
                        "[secret \"nope\" not found, configmap references non-existent config key:"
                                + " zzz]");
    }

    @Test
    void trustBundlesAndCertificatesBecomeFiles() throws Exception {
        Volume volume =
                volume().withNewProjected()
                        .addNewSource()
                        .withNewClusterTrustBundle()
                        .withName("roots")
                        .withPath("roots.pem")
                        .endClusterTrustBundle()
                        .endSource()
                        .addNewSource()
                        .withNewPodCertificate()
                        .withKeyType("ED25519")
                        .withSignerName("example.com/s")
                        .withCredentialBundlePath("tls/bundle.pem")
                        .withKeyPath("tls/key.pem")
                        .withCertificateChainPath("tls/chain.pem")
                        .endPodCertificate()
                        .endSource()
                        .endProjected()
                        .build();
        Path v = prepare(projected(), pod, volume).path();
        assertThat(v.resolve("roots.pem")).hasContent("anchors of roots");
        assertThat(v.resolve("tls/bundle.pem")).hasContent("key v 1chain v 1");
        assertThat(v.resolve("tls/key.pem")).hasContent("key v 1");
        assertThat(v.resolve("tls/chain.pem")).hasContent("chain v 1");
        Volume neither =
                volume().withNewProjected()
                        .addNewSource()
                        .withNewClusterTrustBundle()
                        .withPath("x")
                        .endClusterTrustBundle()
                        .endSource()
                        .endProjected()
                        .build();
        assertThatThrownBy(() -> prepare(projected(), pod, neither))
                .hasMessageContaining("requires either name or signerName");
    }

    private static final class Anchors implements TrustAnchors {
        @Override
        public String byName(String name, boolean optional) {
            return "anchors of " + name;
        }

        @Override
        public String bySigner(String signer, @Nullable LabelSelector selector, boolean optional)
                throws ObjectUnavailableException {
            throw new ObjectUnavailableException(signer);
        }
    }

    private static final class Certificates implements PodCredentials {
        @Override
        public Credential credential(
                dev.caravel.kubelet.pod.PodRef pod, String volume, int sourceIndex) {
            return new Credential(
                    "key " + volume + " " + sourceIndex, "chain " + volume + " " + sourceIndex);
        }
    }
}
