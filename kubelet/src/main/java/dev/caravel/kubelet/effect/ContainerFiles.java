package dev.caravel.kubelet.effect;

import dev.caravel.cri.Device;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Mount;
import dev.caravel.kubelet.env.Environment;
import dev.caravel.kubelet.facts.NodeFacts;
import dev.caravel.kubelet.facts.RuntimeFacts;
import dev.caravel.kubelet.network.Hostnames;
import dev.caravel.kubelet.network.HostsFile;
import dev.caravel.kubelet.network.InvalidHostnameException;
import dev.caravel.kubelet.pod.DesiredPod;
import dev.caravel.kubelet.pod.PodContainer;
import dev.caravel.kubelet.spec.ContainerConfigException;
import dev.caravel.kubelet.volume.ContainerMounts;
import dev.caravel.kubelet.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a container sees of the host's files: its volumes, its hosts file, its termination log. */
public final class ContainerFiles {

    private static final Path NODE_HOSTS = Path.of("/etc/hosts");
    private static final int NODE_HOSTS_MOST = 1 << 20;
    private static final String DEFAULT_TERMINATION_LOG = "/dev/termination-log";

    private final ContainerMounts volumes;
    private final Supplier<NodeFacts> node;

    public ContainerFiles(ContainerMounts volumes, Supplier<NodeFacts> node) {
        this.volumes = volumes;
        this.node = node;
    }

    List<Mount> of(
            DesiredPod pod, PodContainer container, Environment environment, List<String> podIps)
            throws ContainerConfigException, IOException, InterruptedException {
        List<Mount> all = new ArrayList<>();
        try {
            all.addAll(volumes.mounts(pod, container, environment, settings(pod)));
        } catch (VolumeException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
        if (HostsFile.isMounted(pod.pod(), container.spec().getVolumeMounts(), podIps)) {
            all.add(hosts(pod, podIps));
        }
        all.add(terminationLog(pod, container));
        return all;
    }

    List<Device> devices(DesiredPod pod, PodContainer container) throws ContainerConfigException {
        try {
            return volumes.devices(pod, container);
        } catch (VolumeException e) {
            throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    private ContainerMounts.Settings settings(DesiredPod pod) {
        RuntimeFacts.Handler handler = node.get().runtime().handlers().get("");
        boolean recursive = handler != null && handler.recursiveReadOnlyMounts();
        return new ContainerMounts.Settings(recursive, images(pod));
    }

    /** Image volumes are shown by the runtime; the image was pulled with the pod's volumes. */
    private static Map<String, ImageSpec> images(DesiredPod pod) {
        return pod.pod().getSpec().getVolumes().stream()
                .filter(v -> v.getImage() != null)
                .collect(
                        Collectors.toMap(
                                Volume::getName, v -> ImageSpec.of(v.getImage().getReference())));
    }

    private Mount hosts(DesiredPod pod, List<String> podIps)
            throws ContainerConfigException, IOException {
        NodeFacts facts = node.get();
        String text;
        if (HostsFile.isHostNetwork(pod.pod())) {
            text = HostsFile.ofHostNetwork(pod.pod(), nodeHosts());
        } else {
            try {
                Hostnames.Name name = Hostnames.of(pod.pod(), facts.dns().clusterDomain());
                text = HostsFile.ofPod(pod.pod(), name, podIps);
            } catch (InvalidHostnameException e) {
                throw new ContainerConfigException(String.valueOf(e.getMessage()), e);
            }
        }
        Path file = facts.paths().etcHosts(pod.ref().uid());
        // Written in place: running containers have this very file mounted.
        Files.writeString(
                file,
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return Mount.builder(HostsFile.CONTAINER_PATH)
                .hostPath(file.toString())
                .selinuxRelabel(true)
                .build();
    }

    private static String nodeHosts() throws IOException {
        try (var in = Files.newInputStream(NODE_HOSTS)) {
            return new String(
                    in.readNBytes(NODE_HOSTS_MOST), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private Mount terminationLog(DesiredPod pod, PodContainer container) throws IOException {
        Path folder = node.get().paths().podContainer(pod.ref().uid(), container.name());
        Files.createDirectories(folder);
        Path file = folder.resolve(UUID.randomUUID().toString().substring(0, 8));
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        String path = container.spec().getTerminationMessagePath();
        String inContainer = path == null || path.isEmpty() ? DEFAULT_TERMINATION_LOG : path;
        return Mount.builder(inContainer).hostPath(file.toString()).selinuxRelabel(true).build();
    }
}
