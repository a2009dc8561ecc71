package dev.caravel.daemon.cert;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;

/** Private keys: making, reading and matching them. */
final class PrivateKeys {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String EC = "1.2.840.10045.2.1";
    private static final int CURVE_PARAMETER = 0xa0;

    private PrivateKeys() {}

    /** A new ECDSA P-256 pair, the kind upstream makes for nodes. */
    static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static PrivateKey decode(String pemType, byte[] der) throws GeneralSecurityException {
        return switch (pemType) {
            case "PRIVATE KEY" -> fromPkcs8(der);
            case "RSA PRIVATE KEY" -> fromPkcs8(pkcs8(der, Der.oid(RSA), Der.nothing()));
            case "EC PRIVATE KEY" -> fromPkcs8(pkcs8(der, Der.oid(EC), curve(der)));
            default -> throw new InvalidKeyException(pemType + " cannot be read; use PKCS#8");
        };
    }

    /** RFC 5958: the older encodings are the inside of a PKCS#8 key. */
    private static byte[] pkcs8(byte[] inner, byte[] algorithm, byte[] parameters) {
        return Der.sequence(
                Der.integer(BigInteger.ZERO),
                Der.sequence(algorithm, parameters),
                Der.octets(inner));
    }

    /** RFC 5915: version, key, then the curve in an element of its own. */
    private static byte[] curve(byte[] sec1) throws InvalidKeyException {
        try {
            int at = contentStart(sec1, 0);
            while (at < sec1.length) {
                int start = contentStart(sec1, at);
                int end = start + contentLength(sec1, at);
                if ((sec1[at] & 0xff) == CURVE_PARAMETER) {
                    return java.util.Arrays.copyOfRange(sec1, start, end);
                }
                at = end;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new InvalidKeyException("EC private key is cut short", e);
        }
        throw new InvalidKeyException("EC private key does not name its curve");
    }

    private static int contentStart(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xff);
        }
        return Math.max(length, 0);
    }

    private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        InvalidKeyException unfit =
                new InvalidKeyException("private key is neither EC nor RSA nor Ed25519");
        for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                unfit.addSuppressed(e); // the next kind may fit
            }
        }
        throw unfit;
    }

    /** True when what {@code key} signs, {@code publicKey} verifies. */
    static boolean belongsTo(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        boolean sameKind =
                key.getAlgorithm().equals(publicKey.getAlgorithm())
                        || (key.getAlgorithm().startsWith("Ed")
                                && publicKey.getAlgorithm().startsWith("Ed"));
        if (!sameKind) {
            return false;
        }
        byte[] challenge = "do these belong together".getBytes(StandardCharsets.US_ASCII);
        Signature signer = Signature.getInstance(signatureAlgorithm(key));
        signer.initSign(key);
        signer.update(challenge);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(signatureAlgorithm(key));
        verifier.initVerify(publicKey);
        verifier.update(challenge);
        return verifier.verify(signature);
    }

    static String signatureAlgorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }
}
