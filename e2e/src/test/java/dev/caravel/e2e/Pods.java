package dev.caravel.e2e;

import dev.caravel.cri.contract.Containerd;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The pods of the tests, made from the one image there is. */
final class Pods {
    private static final String NAMESPACE = "default";

    private Pods() {}

    /** A web server that is ready once it answers. */
    static Pod web(String name, String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("web")
                .withImage(Containerd.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand("/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/etc")
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/passwd")
                .withNewPort(8080)
                .endHttpGet()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    /** The same, serving a ConfigMap's text that an init container put in place. */
    static Pod webWithPage(String name, String node, String configMap) {
        return new PodBuilder(web(name, node))
                .editSpec()
                .addNewVolume()
                .withName("page")
                .withNewConfigMap()
                .withName(configMap)
                .endConfigMap()
                .endVolume()
                .addNewVolume()
                .withName("www")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewInitContainer()
                .withName("copy")
                .withImage(Containerd.IMAGE)
                .withImagePullPolicy("Never")
                .withCommand(
                        "/bin/sh", "-c", "/bin/cat /page/index.html > /www/index.html; echo copied")
                .addNewVolumeMount()
                .withName("page")
                .withMountPath("/page")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("www")
                .withMountPath("/www")
                .endVolumeMount()
                .endInitContainer()
                .editFirstContainer()
                .withCommand(
                        "/bin/sh", "-c", "echo serving; exec /bin/busybox httpd -f -p 8080 -h /www")
                .editReadinessProbe()
                .editHttpGet()
                .withPath("/index.html")
                .endHttpGet()
                .endReadinessProbe()
                .addNewVolumeMount()
                .withName("www")
                .withMountPath("/www")
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .build();
    }

    /** Creates a ConfigMap with one page. */
    static void createPage(KubernetesClient client, String name, String text) {
        client.resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .addToData("index.html", text)
                                .build())
                .create();
    }

    /** The pod as the API server has it. */
    static Optional<Pod> get(KubernetesClient client, String name) {
        return Optional.ofNullable(client.pods().inNamespace(NAMESPACE).withName(name).get());
    }

    /** The Ready condition; absent until the kubelet has published one. */
    static Optional<PodCondition> readiness(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst();
    }

    /** Waits until the pod is Ready. */
    static void awaitReady(KubernetesClient client, String name, Duration limit) {
        Awaitility.await("pod " + name + " is Ready")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(300))
                .until(() ->
                        get(client, name)
                                .flatMap(Pods::readiness)
                                .filter(condition -> condition.getStatus().equals("True"))
                                .isPresent());
    }

    /** Waits until the API server has no such pod. */
    static void awaitGone(KubernetesClient client, String name, Duration limit) {
        Awaitility.await("pod " + name + " is gone")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> get(client, name).isEmpty());
    }
}
