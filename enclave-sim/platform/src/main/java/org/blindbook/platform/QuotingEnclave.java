package org.blindbook.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.QuoteHeader;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.protocol.Sha256;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Signs quotes with an attestation key that is made at its start; its own report, signed once by
 * the PCK, binds that key.
 */
final class QuotingEnclave {
  static final int NEWEST_SVN = 2;
  static final int PRODUCT = 1;
  static final byte[] MR_SIGNER = named("blindbook simulated quoting enclave signer");

  /** INIT, MODE64BIT and PROVISIONKEY; x87 and SSE state. */
  private static final byte[] ATTRIBUTES =
      HexFormat.of().parseHex("15000000000000000300000000000000");

  private static final byte[] CPU_SVN = cpuSvn();

  private final PrivateKey attestationKey;
  private final QuoteHeader header;
  private final QuoteSignature unsigned;

  QuotingEnclave(SimulatedPki pki, Set<Condition> conditions, SecureRandom random) {
    int svn = conditions.contains(Condition.OLD_QUOTING_ENCLAVE) ? NEWEST_SVN - 1 : NEWEST_SVN;
    KeyPair keys = SimulatedPki.newKeyPair(random);
    attestationKey = keys.getPrivate();
    byte[] point =
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded())
            .getPublicKeyData()
            .getBytes();
    byte[] publicKey = Arrays.copyOfRange(point, 1, point.length);
    byte[] authenticationData = new byte[32];
    random.nextBytes(authenticationData);
    ReportBody report =
        ReportBody.of(
            CPU_SVN,
            ATTRIBUTES,
            named("blindbook simulated quoting enclave " + svn),
            MR_SIGNER,
            PRODUCT,
            svn,
            Arrays.copyOf(Sha256.of(publicKey, authenticationData), ReportBody.REPORT_DATA_BYTES));
    header = QuoteHeader.version3(svn, SimulatedPki.PCE_SVN);
    unsigned =
        new QuoteSignature(
            new byte[64],
            publicKey,
            report,
            sign(pki.pck().key(), report.encode()),
            authenticationData,
            QuoteSignature.PCK_CERTIFICATE_CHAIN,
            Pem.encode(pki.pckChain()).getBytes(StandardCharsets.US_ASCII));
  }

  byte[] quote(ReportBody body) {
    byte[] signature = sign(attestationKey, Quote.signedBytes(header, body));
    return new Quote(header, body, unsigned.withSignature(signature), 0).encode();
  }

  static byte[] cpuSvn() {
    byte[] svn = new byte[16];
    Arrays.fill(svn, (byte) SimulatedPki.COMPONENT_SVN);
    return svn;
  }

  /** r and s, 32 bytes each. */
  static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot sign with P-256", e);
    }
  }

  /** An identity that no real enclave has: the digest of a name. */
  static byte[] named(String name) {
    return Sha256.of(name.getBytes(StandardCharsets.US_ASCII));
  }
}
