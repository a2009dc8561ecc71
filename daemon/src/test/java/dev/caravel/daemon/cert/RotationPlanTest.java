package dev.caravel.daemon.cert;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationPlanTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final CertificateSubject NODE = CertificateSubject.nodeClient("n1");

    private static X509Certificate certificate(String subject) throws Exception {
        return new TestCa("ca")
                .issue(
                        "EC",
                        subject,
                        KeyPurposeId.id_kp_clientAuth,
                        FROM,
                        FROM.plus(Duration.ofHours(100)))
                .leaf();
    }

    @ParameterizedTest
    @CsvSource({
        "0,   0,  70",
        "0,   69, 70",
        "0,   70, now",
        "0.5, 79, 80",
        "0.5, 80, now",
        "1,   89, 90",
        "1,   90, now",
        "0,   101, now",
    })
    void rotatesAtSeventyToNinetyPercent(double spread, int hours, String due) throws Exception {
        RotationPlan plan =
                RotationPlan.decide(
                        Optional.of(certificate("O=system:nodes,CN=system:node:n1")),
                        Optional.of(NODE),
                        spread,
                        FROM.plus(Duration.ofHours(hours)));
        if (due.equals("now")) {
            assertThat(plan).isInstanceOf(RotationPlan.Request.class);
        } else {
            assertThat(plan)
                    .isEqualTo(
                            new RotationPlan.Wait(
                                    FROM.plus(Duration.ofHours(Long.parseLong(due)))));
        }
    }

    @Test
    void requestsWhenThereIsNoneOrItIsForSomebodyElse() throws Exception {
        assertThat(RotationPlan.decide(Optional.empty(), Optional.of(NODE), 0, FROM))
                .isEqualTo(new RotationPlan.Request("there is none"));
        assertThat(
                        RotationPlan.decide(
                                Optional.of(certificate("O=system:nodes,CN=system:node:n2")),
                                Optional.of(NODE),
                                0,
                                FROM))
                .isEqualTo(
                        new RotationPlan.Request("it is for system:node:n2, not system:node:n1"));
        assertThat(
                        RotationPlan.decide(
                                Optional.of(certificate("CN=system:node:n1")),
                                Optional.of(NODE),
                                0,
                                FROM))
                .isEqualTo(new RotationPlan.Request("it lacks the organizations [system:nodes]"));
    }

    @Test
    void waitsWhileTheSubjectIsUnknown() {
        assertThat(RotationPlan.decide(Optional.empty(), Optional.empty(), 0, FROM))
                .isEqualTo(new RotationPlan.Unknown());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 127.0.0.1, true",
        "'', 127.0.0.1, true",
        "other, 127.0.0.1, false",
        "localhost, 10.0.0.1, false",
        "localhost, ::1, false",
    })
    void requestsWhenAddressesAreMissingButNotWhenThereAreMore(
            String dnsName, String address, boolean satisfied) throws Exception {
        CertificateSubject wanted =
                CertificateSubject.nodeServer(
                        "n1", dnsName.isEmpty() ? List.of() : List.of(dnsName), List.of(address));
        RotationPlan plan =
                RotationPlan.decide(
                        Optional.of(certificate("O=system:nodes,CN=system:node:n1")),
                        Optional.of(wanted),
                        0,
                        FROM);
        assertThat(plan instanceof RotationPlan.Wait).isEqualTo(satisfied);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no bootstrap file,                  false, -1,  use",
        "nothing there,                      true,  -1,  bootstrap",
        "valid,                              true,  50,  use",
        "expired,                            true,  101, bootstrap",
    })
    void bootstrapsOnlyWithoutAValidCertificate(String name, boolean given, int hours, String plan)
            throws Exception {
        Optional<List<X509Certificate>> chain =
                hours < 0 ? Optional.empty() : Optional.of(List.of(certificate("CN=a")));
        BootstrapPlan decided =
                BootstrapPlan.decide(given, chain, FROM.plus(Duration.ofHours(hours)));
        assertThat(decided instanceof BootstrapPlan.Bootstrap)
                .as(name)
                .isEqualTo(plan.equals("bootstrap"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "valid,                        true,  99,   0, true,  Fine",
        "just expired,                 true,  100,  4, true,  Report",
        "long expired - server there,  true,  100,  5, true,  Exit",
        "long expired - server away,   true,  100,  5, false, Report",
        "none yet,                     false, 0,    4, true,  Fine",
        "none - server there,          false, 0,    5, true,  Exit",
        "none - server away,           false, 0,    5, false, Report",
    })
    void endsOnlyWhenARestartCanHelp(
            String name, boolean present, int hours, int minutes, boolean healthy, String expected)
            throws Exception {
        Optional<KeyMaterial> newest =
                present
                        ? Optional.of(
                                new KeyMaterial(
                                        PrivateKeys.generate().getPrivate(),
                                        List.of(certificate("CN=a"))))
                        : Optional.empty();
        Instant now = FROM.plus(Duration.ofHours(hours)).plus(Duration.ofMinutes(minutes));
        assertThat(ClientCertificateCheck.decide(newest, FROM, healthy, now).getClass())
                .as(name)
                .hasToString("class dev.caravel.daemon.cert.ClientCertificateCheck$" + expected);
    }
}
