package dev.caravel.daemon.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the current context of a kubeconfig says: where the API server is and who we are.
 *
 * @param server base URL
 * @param authority who signs the server's certificate; empty means the JDK's public authorities
 * @param tlsServerName expected in the server's certificate instead of the URL's host; or empty
 * @param insecure believe any server certificate
 * @param proxy HTTP proxy to go through
 * @param certificate our client certificate
 * @param token how we say who we are beside or instead of it
 */
public record Kubeconfig(
        URI server,
        Optional<PemSource> authority,
        String tlsServerName,
        boolean insecure,
        Optional<URI> proxy,
        Optional<ClientCertificate> certificate,
        Token token) {

    /** Chain and key of a client certificate; often the same file. */
    public record ClientCertificate(PemSource chain, PemSource key) {}

    /** Where the bearer token comes from. */
    public sealed interface Token {
        /** None. */
        record None() implements Token {}

        /** Written in the kubeconfig. */
        record Inline(String token) implements Token {
            @Override
            public String toString() {
                return "Inline[token]";
            }
        }

        /** In a file that is read again when it changes. */
        record File(Path path) implements Token {}

        /** User name and password. */
        record Basic(String user, String password) implements Token {
            @Override
            public String toString() {
                return "Basic[" + user + "]";
            }
        }

        /**
         * Printed by a program (client.authentication.k8s.io), token or certificate.
         *
         * @param apiVersion of the ExecCredential it speaks
         * @param command path or name; a relative path starts at the kubeconfig's folder
         * @param provideClusterInfo whether it is told about the cluster
         */
        record Exec(
                String apiVersion,
                String command,
                List<String> arguments,
                Map<String, String> environment,
                boolean provideClusterInfo)
                implements Token {
            public Exec {
                arguments = List.copyOf(arguments);
                environment = Map.copyOf(environment);
            }
        }
    }

    /** The same server without our identity: what a bootstrap starts kubelet.conf from. */
    public Kubeconfig anonymous() {
        return new Kubeconfig(
                server,
                authority,
                tlsServerName,
                insecure,
                proxy,
                Optional.empty(),
                new Token.None());
    }

    /** The same with a client certificate. */
    public Kubeconfig with(ClientCertificate newCertificate) {
        return new Kubeconfig(
                server,
                authority,
                tlsServerName,
                insecure,
                proxy,
                Optional.of(newCertificate),
                token);
    }
}
