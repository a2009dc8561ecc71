package dev.caravel.daemon.cert;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A serving pair nobody else vouches for: a throw-away authority and a certificate for one host,
 * good for a year, as upstream makes it when no certificate is configured.
 */
final class SelfSigned {
    private static final Duration VALID = Duration.ofDays(365);

    /** Valid a little earlier than now, for clients whose clock is behind. */
    private static final Duration SKEW = Duration.ofHours(1);

    private static final String KEY_USAGE = "2.5.29.15";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int KEY_ENCIPHERMENT = 0x20;
    private static final int CERT_SIGN = 0x04;
    private static final int SERIAL_BITS = 63;

    private final Instant now;
    private final Random random;

    SelfSigned(Instant now, Random random) {
        this.now = now;
        this.random = random;
    }

    /** A pair for {@code host}, a DNS name or an address, with the authority behind it. */
    KeyMaterial create(String host) throws GeneralSecurityException {
        long stamp = now.getEpochSecond();
        CertificateSubject ca = subject(host + "-ca@" + stamp, List.of(), List.of());
        boolean address = isAddress(host);
        CertificateSubject leaf =
                subject(
                        host + "@" + stamp,
                        address ? List.of() : List.of(host),
                        address ? List.of(host) : List.of());
        KeyPair caKey = PrivateKeys.generate();
        KeyPair leafKey = PrivateKeys.generate();
        X509Certificate authority = certificate(ca, caKey, ca, caKey.getPrivate(), true);
        X509Certificate certificate = certificate(leaf, leafKey, ca, caKey.getPrivate(), false);
        return new KeyMaterial(leafKey.getPrivate(), List.of(certificate, authority));
    }

    private static CertificateSubject subject(
            String commonName, List<String> dnsNames, List<String> addresses) {
        return new CertificateSubject(commonName, List.of(), dnsNames, addresses);
    }

    private static boolean isAddress(String host) {
        try {
            return InetAddress.ofLiteral(host) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private X509Certificate certificate(
            CertificateSubject subject,
            KeyPair key,
            CertificateSubject issuer,
            PrivateKey issuerKey,
            boolean authority)
            throws GeneralSecurityException {
        byte[] content =
                Der.sequence(
                        Der.context(0, Der.integer(BigInteger.TWO)), // version 3
                        Der.integer(new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE)),
                        X509Building.signatureAlgorithm(issuerKey),
                        X509Building.name(issuer),
                        Der.sequence(
                                Der.time(now.minus(SKEW)), Der.time(now.minus(SKEW).plus(VALID))),
                        X509Building.name(subject),
                        key.getPublic().getEncoded(),
                        Der.context(3, Der.sequence(extensions(subject, authority))));
        byte[] der = X509Building.signed(content, issuerKey);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[][] extensions(CertificateSubject subject, boolean authority) {
        int usage = DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | (authority ? CERT_SIGN : 0);
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(X509Building.extension(KEY_USAGE, true, Der.namedBits(usage)));
        byte[] constraints = authority ? Der.sequence(Der.bool(true)) : Der.sequence();
        extensions.add(X509Building.extension(BASIC_CONSTRAINTS, true, constraints));
        if (!authority) {
            byte[] purposes = Der.sequence(Der.oid(SERVER_AUTH));
            extensions.add(X509Building.extension(EXTENDED_KEY_USAGE, false, purposes));
        }
        extensions.addAll(X509Building.subjectExtensions(subject));
        return extensions.toArray(byte[][]::new);
    }
}
