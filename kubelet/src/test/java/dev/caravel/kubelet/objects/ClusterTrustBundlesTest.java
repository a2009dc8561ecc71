package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravel.kubelet.pod.PodRef;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.ClusterTrustBundleBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.ClusterTrustBundleList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterTrustBundlesTest {
    private static final String PATH = "/apis/certificates.k8s.io/v1/clustertrustbundles";

    private final FakeApi api = new FakeApi();
    private final List<PodRef> changed = new CopyOnWriteArrayList<>();
    private final ClusterTrustBundles bundles =
            new ClusterTrustBundles(api, new Random(1), changed::add);

    private static String pem(String content) {
        return CertificateText.certificate(content.getBytes(StandardCharsets.US_ASCII));
    }

    private static ClusterTrustBundleBuilder bundle(
            String name, @Nullable String signer, String text) {
        return new ClusterTrustBundleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec(signer, text);
    }

    private void start() throws InterruptedException {
        api.objects.put(PATH + "?limit=1", new ClusterTrustBundleList());
        // The first read starts the watch; it is fed before the read gives up.
        Thread feeder =
                Thread.ofVirtual()
                        .start(() -> {
                            while (api.watches.isEmpty()) {
                                Thread.onSpinWait();
                            }
                            var watch = api.watches.getFirst();
                            watch.put(bundle("plain", null, pem("p") + pem("q")).build());
                            watch.put(
                                    bundle("s:1", "ex.com/s", pem("a") + "junk\n" + pem("b"))
                                            .editMetadata()
                                            .addToLabels("env", "prod")
                                            .endMetadata()
                                            .build());
                            watch.put(
                                    bundle("s:2", "ex.com/s", pem("b") + pem("c"))
                                            .editMetadata()
                                            .addToLabels("env", "test")
                                            .endMetadata()
                                            .build());
                            watch.sync();
                        });
        try {
            bundles.byName("plain", false);
        } catch (ObjectUnavailableException e) {
            throw new AssertionError(e);
        }
        feeder.join();
    }

    @Test
    void aBundleByNameIsItsCertificatesAndNothingElse() throws Exception {
        start();
        assertThat(bundles.byName("plain", false)).isIn(pem("p") + pem("q"), pem("q") + pem("p"));
        assertThat(bundles.byName("nope", true)).isEmpty();
        assertThatThrownBy(() -> bundles.byName("nope", false))
                .hasMessageContaining("\"nope\" not found");
        assertThat(api.watches).hasSize(1);
    }

    @Test
    void bundlesOfASignerAreJoinedEachCertificateOnceInAStableOrder() throws Exception {
        start();
        LabelSelector everything = new LabelSelector();
        String all = bundles.bySigner("ex.com/s", everything, false);
        assertThat(all).hasSize((pem("a") + pem("b") + pem("c")).length());
        assertThat(all).contains(pem("a"), pem("b"), pem("c"));
        assertThat(bundles.bySigner("ex.com/s", everything, false)).isEqualTo(all);
        LabelSelector prod = new LabelSelectorBuilder().addToMatchLabels("env", "prod").build();
        assertThat(bundles.bySigner("ex.com/s", prod, false))
                .isIn(pem("a") + pem("b"), pem("b") + pem("a"));
        assertThat(bundles.bySigner("ex.com/s", null, true)).isEmpty();
        assertThatThrownBy(() -> bundles.bySigner("ex.com/s", null, false))
                .hasMessageContaining("matched zero ClusterTrustBundles");
        assertThatThrownBy(() -> bundles.bySigner("ex.com/other", everything, false))
                .hasMessageContaining("matched zero ClusterTrustBundles");
    }

    @Test
    void theOrderIsAnotherInAnotherProcess() throws Exception {
        String text =
                String.join("", IntStream.range(0, 8).mapToObj(i -> pem("cert" + i)).toList());
        long orders =
                IntStream.range(0, 5)
                        .mapToObj(seed -> {
                            FakeApi other = new FakeApi();
                            other.objects.put(PATH + "?limit=1", new ClusterTrustBundleList());
                            var fresh = new ClusterTrustBundles(other, new Random(seed), p -> {});
                            Thread.ofVirtual()
                                    .start(() -> {
                                        while (other.watches.isEmpty()) {
                                            Thread.onSpinWait();
                                        }
                                        var w = other.watches.getFirst();
                                        w.put(bundle("b", null, text).build());
                                        w.sync();
                                    });
                            try {
                                return fresh.byName("b", false);
                            } catch (ObjectUnavailableException e) {
                                throw new AssertionError(e);
                            }
                        })
                        .distinct()
                        .count();
        assertThat(orders).isGreaterThan(1);
    }

    @Test
    void podsThatShowBundlesAreToldOfChangesUntilTheyAreGone() throws Exception {
        start();
        bundles.register(pod("u", true));
        bundles.register(pod("v", false));
        api.watches.getFirst().put(bundle("plain", null, pem("z")).build());
        assertThat(changed).extracting(PodRef::uid).containsExactly("u");
        bundles.unregister("u");
        api.watches.getFirst().remove("plain");
        assertThat(changed).hasSize(1);
    }

    private static Pod pod(String uid, boolean shows) {
        var spec =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName("p")
                        .withUid(uid)
                        .endMetadata()
                        .withNewSpec()
                        .addNewVolume()
                        .withName("v")
                        .withNewProjected()
                        .addNewSource();
        return shows
                ? spec.withNewClusterTrustBundle()
                        .withName("plain")
                        .endClusterTrustBundle()
                        .endSource()
                        .endProjected()
                        .endVolume()
                        .endSpec()
                        .build()
                : spec.endSource().endProjected().endVolume().endSpec().build();
    }

    @Test
    void aServerThatDoesNotKnowTheKindIsNotWatchedInVain() {
        assertThatThrownBy(() -> bundles.byName("plain", false))
                .isInstanceOf(ObjectUnavailableException.class)
                .hasMessageContaining("does not serve ClusterTrustBundles");
        assertThat(api.watches).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1} of {2}: {3}")
    @CsvSource(
            textBlock =
                    """
                    In,           'prod test', prod, true
                    In,           'prod test', dev,  false
                    In,           'prod test', '',   false
                    NotIn,        'prod test', dev,  true
                    NotIn,        'prod test', prod, false
                    NotIn,        'prod test', '',   true
                    Exists,       '',          prod, true
                    Exists,       '',          '',   false
                    DoesNotExist, '',          '',   true
                    DoesNotExist, '',          prod, false
                    """)
    void expressionsMatchAsInTheApi(
            String operator, String values, String label, boolean expected) {
        LabelSelector selector =
                new LabelSelectorBuilder()
                        .addNewMatchExpression()
                        .withKey("env")
                        .withOperator(operator)
                        .withValues(List.of(values.split(" ", -1)))
                        .endMatchExpression()
                        .build();
        Map<String, String> labels = label.isEmpty() ? Map.of() : Map.of("env", label);
        assertThat(LabelSelectors.matches(selector, labels)).isEqualTo(expected);
    }

    @Test
    void anUnknownOperatorIsAnError() {
        LabelSelector selector =
                new LabelSelectorBuilder()
                        .addNewMatchExpression()
                        .withKey("env")
                        .withOperator("Gt")
                        .endMatchExpression()
                        .build();
        assertThatThrownBy(() -> LabelSelectors.matches(selector, Map.of()))
                .hasMessage("\"Gt\" is not a valid label selector operator");
    }

    @Test
    void pemIsReadStrictlyAndWrittenInLines() {
        String text =
                """
                before
                -----BEGIN CERTIFICATE-----
                Header: x
                YWJj
                -----END CERTIFICATE-----
                between
                -----BEGIN X-----
                %%%
                -----END X-----
                YWJj
                """;
        assertThat(CertificateText.blocks(text))
                .singleElement()
                .isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
        assertThat(CertificateText.certificate(new byte[60]))
                .isEqualTo(
                        "-----BEGIN CERTIFICATE-----\n"
                                + "A".repeat(64)
                                + "\n"
                                + "A".repeat(16)
                                + "\n-----END CERTIFICATE-----\n");
    }
}
