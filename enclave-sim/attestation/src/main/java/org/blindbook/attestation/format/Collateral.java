package org.blindbook.attestation.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What a verifier needs beside a quote: documents the vendor signs and renews every month. Travels
 * as one bundle of public bytes:
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

  private static final byte[] MAGIC = {'B', 'B', 'C', '1'};

  /** Nothing at all: every part is empty. */
  public static Collateral none() {
    byte[] empty = {};
    return new Collateral(empty, empty, empty, empty, empty, empty);
  }

  /**
   * @throws MalformedEvidenceException unless the bytes are exactly one bundle
   */
  public static Collateral decode(byte[] bytes) throws MalformedEvidenceException {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedEvidenceException("the collateral is larger than " + MAX_BYTES + " bytes");
    }
    Cursor in = new Cursor("the collateral", bytes);
    if (!Arrays.equals(in.take(MAGIC.length), MAGIC)) {
      throw new MalformedEvidenceException("unknown kind or version of collateral");
    }
    Collateral parsed = new Collateral(part(in), part(in), part(in), part(in), part(in), part(in));
    in.expectEnd();
    return parsed;
  }

  private static byte[] part(Cursor in) throws MalformedEvidenceException {
    return in.take(in.u32BigEndian());
  }

  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    for (byte[] part : List.of(tcbInfo, tcbChain, qeIdentity, qeChain, rootCrl, pckCrl)) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
