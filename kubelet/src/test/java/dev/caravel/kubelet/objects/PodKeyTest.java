package dev.caravel.kubelet.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodKeyTest {
    @ParameterizedTest
    @CsvSource({
        "RSA3072, RSA, SHA256withRSA",
        "ECDSAP256, EC, SHA256withECDSA",
        "ECDSAP384, EC, SHA384withECDSA",
        "ECDSAP521, EC, SHA512withECDSA",
        "ED25519, Ed25519, Ed25519"
    })
    void theProofIsWhatOthersReadAndTheKeyFits(String type, String algorithm, String signature)
            throws Exception {
        PodKey key = PodKey.generate(type);
        PKCS10CertificationRequest request =
                new PKCS10CertificationRequest(Base64.getDecoder().decode(key.request()));
        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(request.getSubjectPublicKeyInfo())))
                .isTrue();
        assertThat(request.getSubject().toString()).isEmpty();
        assertThat(request.getAttributes()).isEmpty();
        PublicKey publicKey = new JcaPKCS10CertificationRequest(request).getPublicKey();
        PrivateKey privateKey =
                KeyFactory.getInstance(algorithm)
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(
                                        CertificateText.blocks(key.privateKey()).getFirst()));
        assertThat(key.privateKey()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        Signature signer = Signature.getInstance(signature);
        signer.initSign(privateKey);
        signer.update((byte) 1);
        byte[] signed = signer.sign();
        Signature verifier = Signature.getInstance(signature);
        verifier.initVerify(publicKey);
        verifier.update((byte) 1);
        assertThat(verifier.verify(signed)).isTrue();
    }

    @Test
    void anUnknownKindIsNamed() {
        assertThatThrownBy(() -> PodKey.generate("ROT13"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown key type \"ROT13\"");
    }

    @Test
    void aKeysTextNeverShowsIt() throws Exception {
        assertThat(PodKey.generate("ED25519")).hasToString("PodKey");
    }
}
