package dev.caravel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A node joins with a bootstrap token, as kubeadm leaves it, and keeps its certificates fresh. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoinTest {
    private static final String NAME = "joins";
    private static final String USER = "system:node:" + NAME;
    private static final String TOKEN_ID = "abcdef";
    private static final String TOKEN_SECRET = "0123456789abcdef";
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private @Nullable ControlPlane plane;
    private @Nullable Node node;
    private @Nullable TinySigner signer;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Prerequisites.controlPlane("joining with a bootstrap token");
        TinySigner tiny = new TinySigner(folder.resolve("signer"));
        signer = tiny;
        plane =
                ControlPlane.start(
                        folder,
                        NAME,
                        List.of(
                                "--enable-bootstrap-token-auth=true",
                                "--client-ca-file=" + tiny.authority(),
                                "--kubelet-certificate-authority=" + tiny.authority()));
        letBootstrap();
        Path bootstrap = folder.resolve("bootstrap-kubelet.conf");
        plane.writeKubeconfig(bootstrap, TOKEN_ID + "." + TOKEN_SECRET);
        node = Node.bootstrapping(NAME, bootstrap, folder);
    }

    @AfterAll
    void stop() throws Exception {
        if (node != null) {
            node.close();
        }
        if (plane != null) {
            plane.close();
        }
    }

    private KubernetesClient client() {
        return Objects.requireNonNull(plane).client();
    }

    private Node node() {
        return Objects.requireNonNull(node);
    }

    private TinySigner signer() {
        return Objects.requireNonNull(signer);
    }

    /** The token, and the right to ask for certificates with it, as kubeadm makes them. */
    private void letBootstrap() {
        client().resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("bootstrap-token-" + TOKEN_ID)
                                .withNamespace("kube-system")
                                .endMetadata()
                                .withType("bootstrap.kubernetes.io/token")
                                .withStringData(
                                        Map.of(
                                                "token-id", TOKEN_ID,
                                                "token-secret", TOKEN_SECRET,
                                                "usage-bootstrap-authentication", "true"))
                                .build())
                .create();
        client().resource(
                        new ClusterRoleBindingBuilder()
                                .withNewMetadata()
                                .withName("kubelet-bootstrap")
                                .endMetadata()
                                .withNewRoleRef()
                                .withApiGroup("rbac.authorization.k8s.io")
                                .withKind("ClusterRole")
                                .withName("system:node-bootstrapper")
                                .endRoleRef()
                                .addNewSubject()
                                .withApiGroup("rbac.authorization.k8s.io")
                                .withKind("Group")
                                .withName("system:bootstrappers")
                                .endSubject()
                                .build())
                .create();
    }

    /** Waits; what does not answer yet is tried again. */
    private ConditionFactory eventually(String what) {
        return Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions();
    }

    private void sign() throws Exception {
        signer().signAll(client());
    }

    @Test
    void aNodeJoinsWithATokenAndRotatesBothCertificates() throws Exception {
        node().startKubelet();

        eventually("both certificates were asked for, and again with what was signed first")
                .untilAsserted(() -> {
                    sign();
                    assertThat(signer().signed(CLIENT)).hasSize(2);
                    assertThat(signer().signed(SERVING)).hasSize(2);
                });
        assertThat(signer().signed(CLIENT))
                .extracting(TinySigner.Signed::user)
                .containsExactly("system:bootstrap:" + TOKEN_ID, USER);
        assertThat(signer().signed(SERVING)).extracting(TinySigner.Signed::user).containsOnly(USER);

        theNewestClientCertificateIsOnDisk();
        theApiServerTrustsWhatTheKubeletServes();
        Pods.createPage(client(), "page", "<p>hello</p>");
        client().resource(Pods.webWithPage("page", NAME, "page")).create();
        Pods.awaitReady(client(), "page", LIMIT);
        client().pods().inNamespace("default").withName("page").delete();
        Pods.awaitGone(client(), "page", LIMIT);
    }

    private void theNewestClientCertificateIsOnDisk() {
        Path pem = node().folder().resolve("kubelet-pki/kubelet-client-current.pem");
        X509Certificate newest = signer().signed(CLIENT).getLast().certificate();
        eventually("the newest client certificate is used")
                .untilAsserted(() -> {
                    assertThat(pem).isSymbolicLink();
                    assertThat(TinySigner.read(Files.readAllBytes(pem))).isEqualTo(newest);
                });
        assertThat(node().folder().resolve("kubelet.conf")).content().contains(pem.toString());
    }

    /** The API server goes to the node's address and verifies name and issuer. */
    private void theApiServerTrustsWhatTheKubeletServes() {
        eventually("the kubelet serves with the certificate signed last")
                .untilAsserted(() ->
                        assertThat(client().raw("/api/v1/nodes/" + NAME + "/proxy/healthz"))
                                .isEqualTo("ok"));
        Path pem = node().folder().resolve("kubelet-pki/kubelet-server-current.pem");
        X509Certificate newest = signer().signed(SERVING).getLast().certificate();
        eventually("the newest serving certificate is kept")
                .untilAsserted(() ->
                        assertThat(TinySigner.read(Files.readAllBytes(pem))).isEqualTo(newest));
    }
}
