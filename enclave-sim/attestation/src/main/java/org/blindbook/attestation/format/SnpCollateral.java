package org.blindbook.attestation.format;

import java.util.List;

/**
 * What a verifier needs beside an SEV-SNP report, from AMD's key distribution service. Travels as
 * one bundle: the letters BBS1, then four parts in the order of this record, each a 4-byte
 * big-endian length and its bytes.
 *
 * @param vek DER or PEM, the certificate of the endorsement key, VCEK or VLEK
 * @param ask DER or PEM, the certificate of the authority that issued it, ASK or ASVK
 * @param ark DER or PEM, the root's certificate
 * @param crl DER or PEM, the root's revocation list; may be empty
 */
public record SnpCollateral(byte[] vek, byte[] ask, byte[] ark, byte[] crl) {
  private static final String KIND = "BBS1";
  private static final int PARTS = 4;

  /** Nothing at all: every part is empty. */
  public static SnpCollateral none() {
    byte[] empty = {};
    return new SnpCollateral(empty, empty, empty, empty);
  }

  /**
   * @throws MalformedEvidenceException unless the bytes are exactly one bundle
   */
  public static SnpCollateral decode(byte[] bytes) throws MalformedEvidenceException {
    List<byte[]> parts = Parts.decode(KIND, PARTS, Collateral.MAX_BYTES, bytes);
    return new SnpCollateral(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  public byte[] encode() {
    return Parts.encode(KIND, List.of(vek, ask, ark, crl));
  }
}
