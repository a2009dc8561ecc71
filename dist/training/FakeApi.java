import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * What the kubelet talks to while its AOT cache is recorded: an API server that remembers objects
 * and shows them to watches, and a user who reads logs, runs a command and asks for usage. Run by
 * dist/aot.sh with the jars of out/ as its class path; ends when the pod has come and gone.
 *
 * <p>{@code java -cp out/lib/app/* FakeApi.java WORK KUBELET_PORT}: keys, kubeconfig and
 * certificate of the node are put into WORK, and then WORK/ready.
 */
final class FakeApi {
    static final String NODE = "training";
    private static final String PASSWORD = "training";
    private static final int LIMIT_SECONDS = 90;

    private FakeApi() {}

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        int kubelet = Integer.parseInt(args[1]);
        KeyStore keys = keys(work);
        PrivateKey key = (PrivateKey) keys.getKey("node", PASSWORD.toCharArray());
        X509Certificate certificate = (X509Certificate) keys.getCertificate("node");
        ApiObjects objects = new ApiObjects(pem("CERTIFICATE", certificate.getEncoded()));
        try (ApiServer server = ApiServer.start(key, certificate, objects)) {
            write(work, key, certificate, server.port());
            new Visitor(objects, kubelet, LIMIT_SECONDS)
                    .visit(Files.readString(Path.of("dist/training/api-pod.json")));
        }
    }

    /** One pair of keys, self-signed, for the server and for the node. */
    private static KeyStore keys(Path work) throws Exception {
        Path store = work.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-alias",
                                "node",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=system:node:" + NODE + ",O=system:nodes",
                                "-validity",
                                "3650",
                                "-ext",
                                "SAN=ip:127.0.0.1",
                                "-ext",
                                "BC=ca:true",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .inheritIO()
                        .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool made no keys in " + store);
        }
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static void write(Path work, PrivateKey key, Certificate certificate, int port)
            throws Exception {
        String chain = pem("CERTIFICATE", certificate.getEncoded());
        Path current =
                Files.createDirectories(work.resolve("pki")).resolve("kubelet-client-current.pem");
        Files.writeString(current, chain + pem("PRIVATE KEY", key.getEncoded()));
        Files.writeString(work.resolve("ca.crt"), chain);
        Files.writeString(
                work.resolve("kubelet.conf"),
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: k, cluster: {server: "https://127.0.0.1:%1$d", certificate-authority: ca.crt}}]
                users: [{name: u, user: {client-certificate: "%2$s", client-key: "%2$s"}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                current-context: c
                """
                        .formatted(port, current));
        Files.createFile(work.resolve("ready"));
    }

    private static String pem(String kind, byte[] der) {
        String body =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
