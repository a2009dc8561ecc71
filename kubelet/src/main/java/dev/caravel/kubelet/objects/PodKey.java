package dev.caravel.kubelet.objects;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A fresh key for a pod's certificate and the proof that we hold it: a PKCS#10 request (RFC 2986)
 * with an empty subject, written in DER by hand as it has five fixed parts.
 *
 * @param privateKey PKCS#8 as PEM
 * @param request PKCS#10 in base64
 */
record PodKey(String privateKey, String request) {
    private static final byte SEQUENCE = 0x30;
    private static final byte BIT_STRING = 0x03;
    private static final byte OBJECT_IDENTIFIER = 0x06;
    private static final String RSA_OID = "2a864886f70d01010b";
    private static final byte ATTRIBUTES = (byte) 0xa0;
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};

    /** How a kind of key is made and signs; {@code oid} is the hex of the signature's OID. */
    private record Kind(
            String algorithm,
            Optional<AlgorithmParameterSpec> size,
            String signature,
            String oid) {}

    /**
     * Makes one.
     *
     * @param keyType as the API names it, e.g. {@code ECDSAP256}
     * @throws GeneralSecurityException when this Java does not have the algorithm
     * @throws IllegalArgumentException when the type is unknown
     */
    static PodKey generate(String keyType) throws GeneralSecurityException {
        Kind kind = kind(keyType);
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm());
        if (kind.size().isPresent()) {
            generator.initialize(kind.size().get());
        }
        KeyPair pair = generator.generateKeyPair();
        byte[] info =
                der(
                        SEQUENCE,
                        VERSION_ZERO,
                        der(SEQUENCE),
                        pair.getPublic().getEncoded(),
                        der(ATTRIBUTES));
        Signature signature = Signature.getInstance(kind.signature());
        signature.initSign(pair.getPrivate());
        signature.update(info);
        byte[] request =
                der(
                        SEQUENCE,
                        info,
                        algorithm(kind.oid()),
                        der(BIT_STRING, new byte[] {0}, signature.sign()));
        return new PodKey(
                CertificateText.block("PRIVATE KEY", pair.getPrivate().getEncoded()),
                Base64.getEncoder().encodeToString(request));
    }

    private static Kind kind(String keyType) {
        return switch (keyType) {
            case "RSA3072" -> rsa(3072);
            case "RSA4096" -> rsa(4096);
            case "ECDSAP256" -> ecdsa("secp256r1", "SHA256withECDSA", 2);
            case "ECDSAP384" -> ecdsa("secp384r1", "SHA384withECDSA", 3);
            case "ECDSAP521" -> ecdsa("secp521r1", "SHA512withECDSA", 4);
            case "ED25519" -> new Kind("Ed25519", Optional.empty(), "Ed25519", "2b6570");
            default -> throw new IllegalArgumentException("unknown key type \"" + keyType + "\"");
        };
    }

    private static Kind rsa(int bits) {
        return new Kind(
                "RSA",
                Optional.of(new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4)),
                "SHA256withRSA",
                RSA_OID);
    }

    /** {@code last} is the last number of ecdsa-with-SHA2 (RFC 5758). */
    private static Kind ecdsa(String curve, String signature, int last) {
        return new Kind(
                "EC",
                Optional.of(new ECGenParameterSpec(curve)),
                signature,
                "2a8648ce3d04030" + last);
    }

    /** RSA signatures carry an empty parameter, the others none (RFC 4055, 5758, 8410). */
    private static byte[] algorithm(String oid) {
        byte[] identifier = der(OBJECT_IDENTIFIER, HexFormat.of().parseHex(oid));
        return oid.equals(RSA_OID)
                ? der(SEQUENCE, identifier, new byte[] {5, 0})
                : der(SEQUENCE, identifier);
    }

    private static byte[] der(byte tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return "PodKey";
    }
}
