package dev.caravel.daemon.cert;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests: signs whatever a test wants, also what is out of date. */
public final class TestCa {
    private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());

    private final KeyPair key;
    private final X509Certificate certificate;

    public TestCa(String name) throws Exception {
        key = newKey("EC");
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + name),
                        serial(),
                        Date.from(now.minusSeconds(3600)),
                        Date.from(now.plus(Duration.ofDays(365))),
                        new X500Name("CN=" + name),
                        key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        certificate = sign(builder);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public KeyMaterial client(String subject) throws Exception {
        Instant now = Instant.now();
        return issue(
                "EC",
                subject,
                KeyPurposeId.id_kp_clientAuth,
                now.minusSeconds(60),
                now.plusSeconds(3600));
    }

    public KeyMaterial server(String subject) throws Exception {
        Instant now = Instant.now();
        return issue(
                "EC",
                subject,
                KeyPurposeId.id_kp_serverAuth,
                now.minusSeconds(60),
                now.plusSeconds(3600));
    }

    /** A pair for 127.0.0.1 and localhost. */
    public KeyMaterial issue(
            String algorithm, String subject, KeyPurposeId purpose, Instant from, Instant to)
            throws Exception {
        KeyPair pair = newKey(algorithm);
        return new KeyMaterial(pair.getPrivate(), List.of(sign(pair, subject, purpose, from, to)));
    }

    public X509Certificate sign(
            KeyPair pair, String subject, KeyPurposeId purpose, Instant from, Instant to)
            throws Exception {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name(certificate.getSubjectX500Principal().getName()),
                        serial(),
                        Date.from(from),
                        Date.from(to),
                        new X500Name(subject),
                        pair.getPublic());
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        names.add(
                new GeneralName(
                        GeneralName.iPAddress,
                        InetAddress.ofLiteral("127.0.0.1").getHostAddress()));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.toArray(GeneralName[]::new)));
        return sign(builder);
    }

    private X509Certificate sign(JcaX509v3CertificateBuilder builder) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(key.getPrivate())));
    }

    public static KeyPair newKey(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return BigInteger.valueOf(SERIAL.incrementAndGet());
    }
}
