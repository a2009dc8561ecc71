package dev.caravel.daemon.cert;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a certificate is for.
 *
 * @param commonName for example {@code system:node:n1}
 * @param organizations for example {@code system:nodes}
 * @param dnsNames subject alternative names
 * @param ipAddresses subject alternative addresses as text, no zone
 */
public record CertificateSubject(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> ipAddresses) {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public CertificateSubject {
        organizations = List.copyOf(organizations);
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
    }

    /** The node as a client of the API server (kubelet.md §6.4). */
    public static CertificateSubject nodeClient(String nodeName) {
        return new CertificateSubject(
                "system:node:" + nodeName, List.of("system:nodes"), List.of(), List.of());
    }

    /** The node as a server under its addresses. */
    public static CertificateSubject nodeServer(
            String nodeName, List<String> dnsNames, List<String> ipAddresses) {
        return new CertificateSubject(
                "system:node:" + nodeName, List.of("system:nodes"), dnsNames, ipAddresses);
    }

    /**
     * What {@code certificate} lacks of this subject, in words; what it has beyond does not matter.
     *
     * @return empty when it satisfies the subject
     */
    public Optional<String> missingFrom(X509Certificate certificate) {
        try {
            CertificateSubject held = of(certificate);
            if (!commonName.equals(held.commonName)) {
                return Optional.of("it is for " + held.commonName + ", not " + commonName);
            }
            return lacking("organizations", organizations, held.organizations)
                    .or(() -> lacking("DNS names", dnsNames, held.dnsNames))
                    .or(() ->
                            lacking(
                                    "addresses",
                                    canonical(ipAddresses),
                                    canonical(held.ipAddresses)));
        } catch (CertificateParsingException e) {
            return Optional.of("its names cannot be read: " + e.getMessage());
        }
    }

    private static Optional<String> lacking(String what, List<String> wanted, List<String> held) {
        Set<String> missing = new HashSet<>(wanted);
        held.forEach(missing::remove);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("it lacks the " + what + " " + missing);
    }

    private static List<String> canonical(List<String> addresses) {
        List<String> texts = new ArrayList<>();
        for (String address : addresses) {
            texts.add(java.net.InetAddress.ofLiteral(address).getHostAddress());
        }
        return texts;
    }

    /**
     * The subject of a certificate; for clients the common name is the user and the organizations
     * are its groups.
     *
     * @throws CertificateParsingException when the alternative names are malformed
     */
    public static CertificateSubject of(X509Certificate certificate)
            throws CertificateParsingException {
        DistinguishedName name = DistinguishedName.of(certificate.getSubjectX500Principal());
        List<String> commonNames = name.all("CN");
        List<String> dnsNames = new ArrayList<>();
        List<String> ipAddresses = new ArrayList<>();
        var names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> entry : names) {
                int kind = (Integer) entry.getFirst();
                if (kind == DNS_NAME) {
                    dnsNames.add((String) entry.getLast());
                } else if (kind == IP_ADDRESS) {
                    ipAddresses.add((String) entry.getLast());
                }
            }
        }
        return new CertificateSubject(
                commonNames.isEmpty() ? "" : commonNames.getLast(),
                name.all("O"),
                dnsNames,
                ipAddresses);
    }
}
