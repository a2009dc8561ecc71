package dev.caravel.kubelet.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class StaticPodsTest {
    private static final String FILE = "/etc/kubernetes/manifests/web.yaml";
    private static final String MINIMAL =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - name: web
                image: nginx
            """;
    private final StaticPods pods = new StaticPods("N1", false);

    private static ManifestDocument document(String yaml) throws ManifestException {
        return ManifestReader.read(FILE, yaml.getBytes(StandardCharsets.UTF_8));
    }

    private Pod pod(String yaml) throws ManifestException {
        return pods.fromFile(document(yaml));
    }

    /** The minimal pod with lines put into its spec. */
    private static String with(String lines) {
        return MINIMAL + lines.indent(2);
    }

    /** The minimal pod with lines put into its container. */
    private static String container(String lines) {
        return MINIMAL + lines.indent(4);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        StaticPodsTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aManifestGetsIdentityAndTheDefaultsOfTheApiServer() throws Exception {
        Pod pod = pod(golden("static-pod.yaml"));
        String json =
                JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(pod)
                        + "\n";
        assertThat(json).isEqualTo(golden("static-pod.json"));
    }

    @Test
    void theUidFollowsWhatTheManifestSaysAndWhereItStands() throws Exception {
        String uid = pod(MINIMAL).getMetadata().getUid();
        assertThat(uid).matches("[0-9a-f]{32}");
        assertThat(pod("# comment\n" + MINIMAL.replace("name: web\nspec", "name:   web\nspec")))
                .extracting(p -> p.getMetadata().getUid())
                .isEqualTo(uid);
        assertThat(pod(MINIMAL.replace("nginx", "nginx:2")).getMetadata().getUid())
                .isNotEqualTo(uid);
        assertThat(new StaticPods("n2", false).fromFile(document(MINIMAL)).getMetadata().getUid())
                .isNotEqualTo(uid);
        assertThat(pods.fromUrl(document(MINIMAL)).getMetadata().getUid()).isNotEqualTo(uid);
    }

    @Test
    void aManifestMayFixItsUid() throws Exception {
        Pod pod = pod(MINIMAL.replace("  name: web\n", "  name: web\n  uid: 12-ab\n"));
        assertThat(pod.getMetadata().getUid()).isEqualTo("12-ab");
        assertThat(pod.getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/config.hash", "12-ab");
    }

    @Test
    void jsonWithTabsIsReadLikeYaml() throws Exception {
        Pod pod =
                pod(
                        "{\n\t\"apiVersion\": \"v1\", \"kind\": \"Pod\",\n\t\"metadata\":"
                                + " {\"name\": \"web\", \"labels\": null},\n\t\"spec\":"
                                + " {\"containers\": [{\"name\": \"web\", \"image\":"
                                + " \"nginx\"}]}}");
        assertThat(pod.getMetadata().getName()).isEqualTo("web-n1");
    }

    @Test
    void anchorsAndMergeKeysWork() throws Exception {
        Pod pod =
                pod(
                        MINIMAL
                                + """
                                    resources: &r
                                      limits: {cpu: 1}
                                  - <<: {image: busybox}
                                    name: side
                                    resources: *r
                                """);
        assertThat(pod.getSpec().getContainers().getLast().getImage()).isEqualTo("busybox");
        assertThat(pod.getSpec().getContainers().getLast().getResources().getRequests())
                .containsKey("cpu");
    }

    @Test
    void podsOfAUrlGetNoToleration() throws Exception {
        assertThat(pods.fromUrl(document(MINIMAL)).getSpec().getTolerations()).isEmpty();
        assertThat(pod(MINIMAL).getSpec().getTolerations())
                .singleElement()
                .matches(
                        t -> "Exists".equals(t.getOperator()) && "NoExecute".equals(t.getEffect()));
    }

    @ParameterizedTest(name = "{0} is pulled {1}")
    @CsvSource({
        "nginx,Always",
        "nginx:latest,Always",
        "nginx:1.27,IfNotPresent",
        "reg:5000/nginx,Always",
        "reg:5000/nginx:1,IfNotPresent",
        "nginx@sha256:00,IfNotPresent",
        "nginx:1@sha256:00,IfNotPresent",
        "nginx:latest@sha256:00,Always"
    })
    void thePullPolicyFollowsTheTag(String image, String policy) {
        assertThat(PodDefaults.pullPolicy(image)).isEqualTo(policy);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a service account         | serviceAccountName: x                                     | serviceaccounts
                    the old name of it        | serviceAccount: x                                         | serviceaccounts
                    a pull secret             | imagePullSecrets: [{name: s}]                             | secrets
                    a secret volume           | volumes: [{name: v, secret: {secretName: s}}]             | secrets (via secret volumes)
                    a config map volume       | volumes: [{name: v, configMap: {name: s}}]                | configmaps (via configMap volumes)
                    a claim                   | volumes: [{name: v, persistentVolumeClaim: {claimName: c}}] | persistentvolumeclaims
                    a CSI volume              | volumes: [{name: v, csi: {driver: d}}]                    | csidrivers (via CSI volumes)
                    a projected token         | volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}] | serviceaccounts (via projected volumes)
                    a trust bundle            | volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {path: t}}]}}]  | clustertrustbundles
                    a resource claim          | resourceClaims: [{name: c}]                               | resourceclaims
                    an iSCSI password         | volumes: [{name: v, iscsi: {targetPortal: t, iqn: i, lun: 0, secretRef: {name: s}}}] | secrets
                    """)
    void referencesToApiObjectsAreRefused(String what, String line, String object) {
        assertThatThrownBy(() -> pod(with(line)))
                .as(what)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("static pods may not reference " + object);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
                "env: [{name: A, valueFrom: {configMapKeyRef: {name: s, key: k}}}]",
                "envFrom: [{configMapRef: {name: s}}]",
                "envFrom: [{secretRef: {name: s}}]"
            })
    void localObjectsMayBeNamedInStandaloneModeOnly(String line) throws Exception {
        assertThatThrownBy(() -> pod(container(line)))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("static pods may not reference");
        new StaticPods("n1", true).fromFile(document(container(line)));
    }

    @ParameterizedTest
    @CsvSource({
        "ConfigMap, v1, true",
        "Secret, v1, true",
        "Pod, v1, false",
        "ConfigMap, v2, false"
    })
    void filesOfLocalObjectsAreNoManifestsOfPods(String kind, String version, boolean local)
            throws Exception {
        ManifestDocument document = document("{kind: " + kind + ", apiVersion: " + version + "}");
        assertThat(new StaticPods("n1", true).isLocalObject(document)).isEqualTo(local);
        assertThat(new StaticPods("n1", false).isLocalObject(document)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    containers need an image          | containers: [{name: c}]                             | spec.containers[0].image: is required
                    names are DNS labels              | initContainers: [{name: A_b, image: i}]             | spec.initContainers[0].name: is 'A_b'
                    names are unique                  | initContainers: [{name: web, image: i}]             | spec.initContainers[0].name: 'web' appears twice
                    policies are known words          | restartPolicy: Sometimes                            | spec.restartPolicy: is 'Sometimes', must be one of Always, OnFailure, Never
                    init containers have no probes    | initContainers: [{name: i, image: i, livenessProbe: {exec: {command: [x]}}}] | need restartPolicy Always
                    volumes have one source           | volumes: [{name: v, emptyDir: {}, hostPath: {path: /x}}] | spec.volumes[0]: must have one source, has emptyDir, hostPath
                    host paths do not climb           | volumes: [{name: v, hostPath: {path: /a/../b}}]      | spec.volumes[0].hostPath.path: '/a/../b' must not contain '..'
                    a deadline is positive            | activeDeadlineSeconds: 0                            | spec.activeDeadlineSeconds: is 0
                    sysctls are named once            | securityContext: {sysctls: [{name: a.b, value: "1"}, {name: a/b, value: "1"}]} | appears twice
                    user ids are positive             | securityContext: {runAsUser: -1}                    | spec.securityContext.runAsUser: is -1
                    hostUsers excludes the host's ids | {hostUsers: false, hostPID: true}                   | spec.hostPID: cannot be true
                    no key needs Exists               | tolerations: [{effect: NoExecute}]                  | must be Exists without a key
                    DNS None needs a server           | dnsPolicy: None                                     | spec.dnsConfig.nameservers: at least one
                    host aliases are addresses        | hostAliases: [{ip: x, hostnames: [a]}]              | 'x' is no IP address
                    ephemeral containers come later   | ephemeralContainers: [{name: e, image: i}]          | spec.ephemeralContainers: cannot be set on create
                    labels follow the syntax          | nodeSelector: {"a b": c}                            | 'a b' is no valid key
                    """)
    void aPodTheApiServerWouldRefuseIsRefused(String what, String line, String message) {
        String lines =
                line.startsWith("{")
                        ? line.substring(1, line.length() - 1).replace(", ", "\n")
                        : line;
        String yaml =
                line.startsWith("containers:")
                        ? MINIMAL.substring(0, MINIMAL.indexOf("  containers")) + "  " + line + "\n"
                        : with(lines);
        assertThatThrownBy(() -> pod(yaml))
                .as(what)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ports are in range            | ports: [{containerPort: 70000}]                       | ports[0].containerPort: is 70000
                    host ports are unique         | ports: [{containerPort: 1, hostPort: 5}, {containerPort: 2, hostPort: 5}] | ports[1].hostPort: 5 appears twice
                    requests stay below limits    | resources: {requests: {cpu: 2}, limits: {cpu: 1}}     | resources.requests.cpu: is 2, more than the limit 1
                    amounts are not negative      | resources: {limits: {cpu: -1}}                        | resources.limits.cpu: must not be negative
                    mounts name volumes           | volumeMounts: [{name: x, mountPath: /x}]              | volumeMounts[0].name: 'x' is no volume of the pod
                    sub paths stay inside         | volumeMounts: [{name: x, mountPath: /x, subPath: a/../../b}] | must be relative and without '..'
                    bidirectional needs privilege | volumeMounts: [{name: x, mountPath: /x, mountPropagation: Bidirectional}] | needs a privileged container
                    probes have one handler       | livenessProbe: {exec: {command: [x]}, tcpSocket: {port: 1}} | livenessProbe: may have one handler only
                    probes have a handler         | readinessProbe: {periodSeconds: 5}                    | readinessProbe: needs a handler
                    liveness succeeds once        | livenessProbe: {tcpSocket: {port: 1}, successThreshold: 2} | livenessProbe.successThreshold: must be 1
                    port names need a letter      | livenessProbe: {httpGet: {port: "x y"}}               | 'x y' is no valid port name
                    hooks take no tcpSocket       | lifecycle: {preStop: {tcpSocket: {port: 1}}}          | is not supported for lifecycle hooks
                    sleep fits the grace period   | lifecycle: {preStop: {sleep: {seconds: 31}}}          | sleep.seconds: is 31
                    variables have names          | env: [{value: x}]                                     | env[0].name: is required
                    restart rules need a policy   | restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}] | restartPolicy: is required
                    privilege includes escalation | securityContext: {privileged: true, allowPrivilegeEscalation: false} | cannot be false in a privileged container
                    """)
    void aContainerTheApiServerWouldRefuseIsRefused(String what, String line, String message) {
        assertThatThrownBy(() -> pod(container(line)))
                .as(what)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a wrong value names its line      | restartPolicy: Sometimes      | web.yaml:9:
                    so does a wrong type              | hostNetwork: perhaps          | web.yaml:9:
                    and broken syntax                 | a: b: c                       | web.yaml:9:
                    and a field written twice         | containers: []                | web.yaml:9:
                    """)
    void messagesNameFileAndLine(String what, String line, String place) {
        assertThatThrownBy(() -> pod(with(line)))
                .as(what)
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- a list",
                "kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n",
                "kind: Pod\napiVersion: v2\nmetadata: {name: x}\nspec: {}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {name: x}\n",
                "kind: Pod\napiVersion: v1\nspec: {containers: []}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {}\nspec: {containers: [null]}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {name: x}\nspec: {containers: [null]}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {name: x, uid: ../../etc}\nspec: {containers: [{name: c, image: i}]}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {name: ../x}\nspec: {containers: [{name: c, image: i}]}\n",
                "kind: Pod\napiVersion: v1\nmetadata: {name: x}\nspec: {containers: [{name: c, image: i, resources: {limits: {cpu: lots}}}]}\n"
            })
    void whatIsNoPodIsAnErrorAndNeverAnException(String yaml) {
        assertThatThrownBy(() -> pod(yaml)).isInstanceOf(ManifestException.class);
    }

    @ParameterizedTest
    @CsvSource({
        ",,",
        "2000001000,system-node-critical,",
        ",system-node-critical,but no priority",
        "5,,rather than 2000001000"
    })
    void prioritiesThatMayNotWorkOutAreWarnedOf(Integer priority, String name, String warning)
            throws Exception {
        String lines =
                (priority == null ? "" : "priority: " + priority + "\n")
                        + (name == null ? "" : "priorityClassName: " + name + "\n");
        var told = StaticPods.priorityWarning(pod(lines.isEmpty() ? MINIMAL : with(lines)));
        if (warning == null) {
            assertThat(told).isEmpty();
        } else {
            assertThat(told.orElseThrow()).contains(warning);
        }
    }
}
