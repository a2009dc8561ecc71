package dev.caravel.daemon.cert;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM text (RFC 7468): certificates and private keys in and out. */
public final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** One block, its base64 decoded. */
    @SuppressWarnings("ArrayRecordComponent") // lives for the length of one call
    record Block(String type, byte[] content) {}

    private Pem() {}

    /**
     * Reads every block; text between blocks is skipped.
     *
     * @throws CertificateException when a block is not closed or not base64
     */
    static List<Block> blocks(byte[] pem) throws CertificateException {
        List<Block> blocks = new ArrayList<>();
        String type = "";
        StringBuilder base64 = new StringBuilder();
        for (String raw : new String(pem, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            String line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                type = line.substring(BEGIN.length(), line.length() - DASHES.length());
                base64.setLength(0);
            } else if (line.startsWith(END) && !type.isEmpty()) {
                try {
                    blocks.add(new Block(type, Base64.getDecoder().decode(base64.toString())));
                } catch (IllegalArgumentException e) {
                    throw new CertificateException("PEM block " + type + " is not base64", e);
                }
                type = "";
            } else if (!type.isEmpty() && line.indexOf(':') < 0) {
                base64.append(line);
            }
        }
        if (!type.isEmpty()) {
            throw new CertificateException("PEM block " + type + " has no end");
        }
        return blocks;
    }

    /**
     * Reads all certificates, in order.
     *
     * @throws CertificateException when there is none, or one is broken
     */
    public static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.type.equals("CERTIFICATE")) {
                certificates.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(block.content)));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in the PEM text");
        }
        return certificates;
    }

    /**
     * Reads the first private key: PKCS#8, or the older forms of RSA and EC keys.
     *
     * @throws GeneralSecurityException when there is none, or it is broken
     */
    public static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        for (Block block : blocks(pem)) {
            if (block.type.endsWith("PRIVATE KEY")) {
                return PrivateKeys.decode(block.type, block.content);
            }
        }
        throw new CertificateException("no private key in the PEM text");
    }

    /**
     * Reads a chain and its key, which must belong together.
     *
     * @throws GeneralSecurityException saying what is missing or wrong
     */
    public static KeyMaterial keyMaterial(byte[] certificatePem, byte[] keyPem)
            throws GeneralSecurityException {
        List<X509Certificate> chain = certificates(certificatePem);
        PrivateKey key = privateKey(keyPem);
        if (!PrivateKeys.belongsTo(key, chain.getFirst().getPublicKey())) {
            throw new CertificateException(
                    "the private key does not belong to the certificate of "
                            + chain.getFirst().getSubjectX500Principal());
        }
        return new KeyMaterial(key, chain);
    }

    /** Writes one block. */
    public static byte[] encode(String type, byte[] content) {
        return text(type, content).getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes one block as text. */
    static String text(String type, byte[] content) {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String lines = base64.encodeToString(content);
        return BEGIN + type + DASHES + "\n" + lines + "\n" + END + type + DASHES + "\n";
    }

    /** Writes a chain, leaf first. */
    public static byte[] encode(List<X509Certificate> chain) throws CertificateException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (X509Certificate certificate : chain) {
            out.writeBytes(encode("CERTIFICATE", certificate.getEncoded()));
        }
        return out.toByteArray();
    }

    /** Writes a key as PKCS#8. */
    public static byte[] encode(PrivateKey key) {
        return encode("PRIVATE KEY", key.getEncoded());
    }

    /** Writes chain and key in one text, the form of the kubelet's {@code .pem} files. */
    public static byte[] encode(KeyMaterial material) throws CertificateException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(encode(material.chain()));
        out.writeBytes(encode(material.key()));
        return out.toByteArray();
    }
}
