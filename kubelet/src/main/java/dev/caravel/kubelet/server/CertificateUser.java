package dev.caravel.kubelet.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Reads the user out of a client certificate that has been verified: the common name is the user,
 * the organizations are the groups (contract §3.1).
 */
final class CertificateUser {

    private static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

    private CertificateUser() {}

    /**
     * The user; empty if the subject has no common name, which names nobody.
     *
     * @throws NamingException if the subject cannot be taken apart
     */
    static Optional<User> of(X509Certificate leaf)
            throws NamingException, CertificateEncodingException {
        String name = "";
        List<String> groups = new ArrayList<>();
        // RFC 2253 prints the parts last first, LdapName counts from the end: this is the order
        // of the certificate.
        for (Rdn rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
            NamingEnumeration<? extends Attribute> attributes = rdn.toAttributes().getAll();
            while (attributes.hasMore()) {
                Attribute attribute = attributes.next();
                List<String> values = values(attribute);
                switch (attribute.getID().toUpperCase(Locale.ROOT)) {
                    case "CN" -> name = values.getLast();
                    case "O" -> groups.addAll(values);
                    default -> {
                        // The other parts of a subject say nothing about the user.
                    }
                }
            }
        }
        if (name.isEmpty()) {
            return Optional.empty();
        }
        groups.add(User.AUTHENTICATED);
        return Optional.of(
                new User(
                        name,
                        "",
                        groups,
                        Map.of(CREDENTIAL_ID, List.of("X509SHA256=" + digest(leaf.getEncoded())))));
    }

    private static List<String> values(Attribute attribute) throws NamingException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < attribute.size(); i++) {
            values.add(String.valueOf(attribute.get(i)));
        }
        return values;
    }

    /** SHA-256 in lower hex. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
