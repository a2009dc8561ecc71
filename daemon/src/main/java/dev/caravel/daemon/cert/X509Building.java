package dev.caravel.daemon.cert;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;

/** The parts that certificate requests and certificates have in common (RFC 5280, RFC 2986). */
final class X509Building {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";
    private static final String SUBJECT_ALT_NAME = "2.5.29.17";
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    private static final String RSA_SHA256 = "1.2.840.113549.1.1.11";
    private static final String ED25519 = "1.3.101.112";
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    private X509Building() {}

    /** The name as Go writes it: organizations first, then the common name. */
    static byte[] name(CertificateSubject subject) {
        List<byte[]> parts = new ArrayList<>();
        if (!subject.organizations().isEmpty()) {
            List<byte[]> values = new ArrayList<>();
            for (String organization : subject.organizations()) {
                values.add(Der.sequence(Der.oid(ORGANIZATION), Der.text(organization)));
            }
            parts.add(Der.set(values.toArray(byte[][]::new)));
        }
        parts.add(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.text(subject.commonName()))));
        return Der.sequence(parts.toArray(byte[][]::new));
    }

    /** The extensions of the subject: its alternative names, if any. */
    static List<byte[]> subjectExtensions(CertificateSubject subject) {
        List<byte[]> names = new ArrayList<>();
        for (String dnsName : subject.dnsNames()) {
            names.add(Der.tagged(DNS_NAME, dnsName.getBytes(StandardCharsets.US_ASCII)));
        }
        for (String address : subject.ipAddresses()) {
            names.add(Der.tagged(IP_ADDRESS, InetAddress.ofLiteral(address).getAddress()));
        }
        if (names.isEmpty()) {
            return List.of();
        }
        byte[] value = Der.sequence(names.toArray(byte[][]::new));
        return List.of(extension(SUBJECT_ALT_NAME, false, value));
    }

    static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    static byte[] signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> Der.sequence(Der.oid(ECDSA_SHA256));
            case "RSA" -> Der.sequence(Der.oid(RSA_SHA256), Der.nothing());
            default -> Der.sequence(Der.oid(ED25519));
        };
    }

    /** {@code content} with the signature of {@code key} behind it. */
    static byte[] signed(byte[] content, PrivateKey key) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(PrivateKeys.signatureAlgorithm(key));
        signer.initSign(key);
        signer.update(content);
        return Der.sequence(content, signatureAlgorithm(key), Der.bits(signer.sign()));
    }
}
