package dev.caravel.daemon.cert;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;

/**
 * A PKCS#10 request (RFC 2986) and the key it was made for.
 *
 * @param pem what goes into {@code spec.request}, before base64
 */
public record CertificateRequest(KeyPair key, CertificateSubject subject, String pem) {
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    /** Makes a new ECDSA P-256 key and a request for it. */
    public static CertificateRequest create(CertificateSubject subject)
            throws GeneralSecurityException {
        return create(subject, PrivateKeys.generate());
    }

    /** Makes a request for an existing key. */
    public static CertificateRequest create(CertificateSubject subject, KeyPair key)
            throws GeneralSecurityException {
        List<byte[]> extensions = X509Building.subjectExtensions(subject);
        byte[] attributes =
                extensions.isEmpty()
                        ? Der.context(0)
                        : Der.context(
                                0,
                                Der.sequence(
                                        Der.oid(EXTENSION_REQUEST),
                                        Der.set(Der.sequence(extensions.toArray(byte[][]::new)))));
        byte[] content =
                Der.sequence(
                        Der.integer(BigInteger.ZERO),
                        X509Building.name(subject),
                        key.getPublic().getEncoded(),
                        attributes);
        byte[] der = X509Building.signed(content, key.getPrivate());
        return new CertificateRequest(key, subject, Pem.text("CERTIFICATE REQUEST", der));
    }

    @Override
    public String toString() {
        return "CertificateRequest[" + subject + "]";
    }
}
