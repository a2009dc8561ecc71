package dev.caravel.daemon.cert;

import dev.caravel.daemon.http.ClientCa;
import dev.caravel.daemon.run.Ticks;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** {@code authentication.x509.clientCAFile}, read again when it changes. */
public final class FileClientCa implements ClientCa {
    private record Bundle(List<X509Certificate> authorities, X509TrustManager trust) {}

    private final Path file;
    private final ReloadedFiles<Bundle> bundle;

    /**
     * Reads the bundle for the first time.
     *
     * @throws IOException when it cannot be read or holds no certificate, which refuses the start
     */
    public static FileClientCa open(Path file, Ticks ticks) throws IOException {
        FileClientCa ca = new FileClientCa(file, ticks);
        ca.bundle.read();
        return ca;
    }

    private FileClientCa(Path file, Ticks ticks) {
        this.file = file;
        this.bundle =
                new ReloadedFiles<>(
                        "client CA bundle",
                        List.of(file),
                        contents -> bundle(contents.getFirst()),
                        ticks);
    }

    private static Bundle bundle(byte[] pem) throws GeneralSecurityException, IOException {
        List<X509Certificate> authorities = Pem.certificates(pem);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("ca-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) {
                return new Bundle(authorities, trust);
            }
        }
        throw new GeneralSecurityException("this Java runtime cannot verify X.509 certificates");
    }

    @Override
    public List<X509Certificate> authorities() {
        return bundle.get().map(Bundle::authorities).orElse(List.of());
    }

    @Override
    public void verify(List<X509Certificate> chain) throws CertificateException {
        X509TrustManager trust =
                bundle.get()
                        .map(Bundle::trust)
                        .orElseThrow(() -> new CertificateException("no authorities in " + file));
        if (chain.isEmpty()) {
            throw new CertificateException("the client showed no certificate");
        }
        trust.checkClientTrusted(
                chain.toArray(X509Certificate[]::new),
                chain.getFirst().getPublicKey().getAlgorithm());
    }
}
