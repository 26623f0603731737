package org.blindbook.attestation.format;

import java.util.List;

/**
 * What a verifier needs beside a quote of SGX or TDX: documents the vendor signs and renews every
 * month. Travels as one bundle of public bytes:
 *
 * <pre>
 *   0   4  magic and version, the letters BBC1
 *   4      six parts in the order of this record, each a 4-byte big-endian length and its bytes
 * </pre>
 *
 * A part may be empty, for what a platform does not have.
 *
 * @param tcbInfo JSON, the bytes exactly as received
 * @param tcbChain PEM, the certificates that sign {@code tcbInfo}
 * @param qeIdentity JSON, the bytes exactly as received
 * @param qeChain PEM, the certificates that sign {@code qeIdentity}
 * @param rootCrl DER or PEM, the root's revocation list
 * @param pckCrl DER or PEM, the revocation list of the authority that issued the PCK certificate
 */
public record Collateral(
    byte[] tcbInfo,
    byte[] tcbChain,
    byte[] qeIdentity,
    byte[] qeChain,
    byte[] rootCrl,
    byte[] pckCrl) {

  /** Larger bundles are refused unread. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final String KIND = "BBC1";
  private static final int PARTS = 6;

  /** Nothing at all: every part is empty. */
  public static Collateral none() {
    byte[] empty = {};
    return new Collateral(empty, empty, empty, empty, empty, empty);
  }

  /**
   * @throws MalformedEvidenceException unless the bytes are exactly one bundle
   */
  public static Collateral decode(byte[] bytes) throws MalformedEvidenceException {
    List<byte[]> parts = Parts.decode(KIND, PARTS, MAX_BYTES, bytes);
    return new Collateral(
        parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4), parts.get(5));
  }

  public byte[] encode() {
    return Parts.encode(KIND, List.of(tcbInfo, tcbChain, qeIdentity, qeChain, rootCrl, pckCrl));
  }
}
