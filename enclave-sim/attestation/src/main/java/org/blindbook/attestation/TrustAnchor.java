package org.blindbook.attestation;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A root that certificate chains may end at. It is known by its key: vendors issue their root
 * certificate anew and keep the key.
 *
 * @param name as the policy names it
 * @param publicKey P-256, 65 bytes, uncompressed
 * @param simulated whether no hardware stands behind it
 */
record TrustAnchor(String name, byte[] publicKey, boolean simulated) {
  static final String INTEL_NAME = "intel";
  static final String SIMULATED_NAME = "simulated";

  /** Intel SGX Root CA, the key of the certificate that Intel publishes. */
  static final TrustAnchor INTEL =
      new TrustAnchor(
          INTEL_NAME,
          HexFormat.of()
              .parseHex(
                  "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5"
                      + "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"),
          false);

  static TrustAnchor simulated(X509CertificateHolder certificate) {
    return new TrustAnchor(
        SIMULATED_NAME, certificate.getSubjectPublicKeyInfo().getPublicKeyData().getBytes(), true);
  }

  /** For a helpful word on roots that are not trusted: ours say what they are in their name. */
  static boolean soundsSimulated(String rootName) {
    return rootName.toLowerCase(Locale.ROOT).contains(SIMULATED_NAME);
  }

  boolean isKeyOf(X509CertificateHolder certificate) {
    return Arrays.equals(
        certificate.getSubjectPublicKeyInfo().getPublicKeyData().getBytes(), publicKey);
  }
}
