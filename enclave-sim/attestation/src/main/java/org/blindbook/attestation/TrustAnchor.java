package org.blindbook.attestation;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A root that certificate chains may end at. It is known by its key: vendors issue their root
 * certificate anew and keep the key.
 *
 * @param name as the policy names it
 * @param keyDigest SHA-256 of the DER of its SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7)
 * @param simulated whether no hardware stands behind it
 */
record TrustAnchor(String name, byte[] keyDigest, boolean simulated) {
  static final String INTEL_NAME = "intel";
  static final String AMD_NAME = "amd";
  static final String SIMULATED_NAME = "simulated";

  /** Intel SGX Root CA, the key of the certificate that Intel publishes. */
  static final TrustAnchor INTEL =
      vendor(INTEL_NAME, "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e");

  /** ARK-Milan, ARK-Genoa and ARK-Turin: AMD has a root for each line of processors. */
  static final List<TrustAnchor> AMD =
      List.of(
          vendor(AMD_NAME, "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9"),
          vendor(AMD_NAME, "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831"),
          vendor(AMD_NAME, "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08"));

  private static TrustAnchor vendor(String name, String keyDigest) {
    return new TrustAnchor(name, HexFormat.of().parseHex(keyDigest), false);
  }

  static TrustAnchor simulated(X509CertificateHolder certificate) {
    return new TrustAnchor(SIMULATED_NAME, keyDigest(certificate), true);
  }

  private static byte[] keyDigest(X509CertificateHolder certificate) {
    try {
      return Digests.sha256(List.of(certificate.getSubjectPublicKeyInfo().getEncoded()));
    } catch (IOException e) {
      throw new AssertionError("a decoded key can be encoded", e);
    }
  }

  /** For a helpful word on roots that are not trusted: ours say what they are in their name. */
  static boolean soundsSimulated(String rootName) {
    return rootName.toLowerCase(Locale.ROOT).contains(SIMULATED_NAME);
  }

  boolean isKeyOf(X509CertificateHolder certificate) {
    return Arrays.equals(keyDigest(certificate), keyDigest);
  }
}
