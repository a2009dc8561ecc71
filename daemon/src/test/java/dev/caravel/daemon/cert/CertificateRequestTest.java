package dev.caravel.daemon.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestTest {
    /** Reads a request with another library and checks its signature. */
    static PKCS10CertificationRequest verified(byte[] der) throws Exception {
        PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
        boolean valid =
                request.isSignatureValid(
                        new JcaContentVerifierProviderBuilder()
                                .build(request.getSubjectPublicKeyInfo()));
        assertThat(valid).isTrue();
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void makesRequestsOtherLibrariesReadAndVerify(String algorithm) throws Exception {
        CertificateSubject subject =
                CertificateSubject.nodeServer("n1", List.of("n1"), List.of("10.0.0.5", "fd00::5"));
        CertificateRequest made = CertificateRequest.create(subject, TestCa.newKey(algorithm));
        PKCS10CertificationRequest request =
                verified(
                        Pem.blocks(made.pem().getBytes(StandardCharsets.US_ASCII))
                                .getFirst()
                                .content());

        assertThat(request.getSubject().toString()).isEqualTo("O=system:nodes,CN=system:node:n1");
        Extensions extensions =
                Extensions.getInstance(
                        request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)[0]
                                .getAttrValues()
                                .getObjectAt(0));
        GeneralNames names =
                GeneralNames.fromExtensions(extensions, new ASN1ObjectIdentifier("2.5.29.17"));
        assertThat(names.getNames())
                .extracting(Object::toString)
                .containsExactly("2: n1", "7: #0a000005", "7: #fd000000000000000000000000000005");
    }

    @Test
    void leavesOutExtensionsAClientDoesNotNeed() throws Exception {
        CertificateRequest made = CertificateRequest.create(CertificateSubject.nodeClient("n1"));
        PKCS10CertificationRequest request =
                verified(
                        Pem.blocks(made.pem().getBytes(StandardCharsets.US_ASCII))
                                .getFirst()
                                .content());
        assertThat(request.getAttributes()).isEmpty();
        assertThat(made.key().getPublic().getAlgorithm()).isEqualTo("EC");
        assertThat(made.toString()).doesNotContain("key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1", "10.0.0.5", "fd00::5"})
    void makesSelfSignedPairsThatVerifyForAYear(String host) throws Exception {
        Instant now = Instant.now();
        KeyMaterial material = new SelfSigned(now, new Random(5)).create(host);
        X509Certificate leaf = material.leaf();
        X509Certificate authority = material.chain().getLast();

        leaf.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        leaf.checkValidity();
        assertThat(leaf.getNotAfter().toInstant())
                .isBetween(now.plus(Duration.ofDays(364)), now.plus(Duration.ofDays(366)));
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(leaf.getKeyUsage()[0]).isTrue();
        assertThat(authority.getKeyUsage()[5]).isTrue();
        CertificateSubject subject = CertificateSubject.of(leaf);
        assertThat(subject.commonName()).isEqualTo(host + "@" + now.getEpochSecond());
        assertThat(subject.dnsNames().size() + subject.ipAddresses().size()).isEqualTo(1);
        assertThat(PrivateKeys.belongsTo(material.key(), leaf.getPublicKey())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"EC", "RSA"})
    void readsTheOlderKeyFormsThatGoWrites(String algorithm) throws Exception {
        KeyPair pair = TestCa.newKey(algorithm);
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        byte[] inner =
                algorithm.equals("RSA")
                        ? info.parsePrivateKey().toASN1Primitive().getEncoded()
                        : new ECPrivateKey(
                                        256,
                                        ((java.security.interfaces.ECPrivateKey) pair.getPrivate())
                                                .getS(),
                                        info.getPrivateKeyAlgorithm().getParameters())
                                .getEncoded();
        byte[] pem = Pem.encode(algorithm + " PRIVATE KEY", inner);
        assertThat(PrivateKeys.belongsTo(Pem.privateKey(pem), pair.getPublic())).isTrue();
        byte[] pkcs8 = Pem.encode(pair.getPrivate());
        assertThat(Pem.privateKey(pkcs8)).isEqualTo(pair.getPrivate());
    }

    @Test
    void refusesKeysOfOthersAndBrokenText() throws Exception {
        TestCa ca = new TestCa("ca");
        KeyMaterial a = ca.client("CN=a");
        KeyMaterial b = ca.client("CN=b");
        byte[] chain = Pem.encode(a.chain());
        assertThatThrownBy(() -> Pem.keyMaterial(chain, Pem.encode(b.key())))
                .hasMessageContaining("does not belong");
        assertThatThrownBy(() -> Pem.keyMaterial(chain, chain)).hasMessageContaining("no private");
        assertThatThrownBy(() -> Pem.certificates(new byte[0])).hasMessageContaining("no cert");
        byte[] cut = java.util.Arrays.copyOf(chain, chain.length / 2);
        assertThatThrownBy(() -> Pem.certificates(cut)).hasMessageContaining("has no end");
        byte[] sec1 = Der.sequence(Der.integer(BigInteger.ONE));
        assertThatThrownBy(() -> Pem.privateKey(Pem.encode("EC PRIVATE KEY", sec1)))
                .hasMessageContaining("curve");
        assertThatThrownBy(() -> Pem.privateKey(Pem.encode("EC PRIVATE KEY", new byte[] {0x30})))
                .hasMessageContaining("cut short");
        assertThatThrownBy(() -> Pem.privateKey(Pem.encode("DSA PRIVATE KEY", sec1)))
                .hasMessageContaining("PKCS#8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CN=system:node:n1,O=system:nodes          | system:node:n1 | system:nodes
                    'CN=a\\,b+O=x,O=y\\+z'                    | 'a,b'          | x;y+z
                    O=only                                    | ''             | only
                    """)
    void readsNamesAsUserAndGroups(String name, String user, String groups) throws Exception {
        X509Certificate certificate = new TestCa("ca").client(name).leaf();
        CertificateSubject subject = CertificateSubject.of(certificate);
        assertThat(subject.commonName()).isEqualTo(user);
        assertThat(subject.organizations()).containsExactlyInAnyOrder(groups.split(";"));
    }
}
