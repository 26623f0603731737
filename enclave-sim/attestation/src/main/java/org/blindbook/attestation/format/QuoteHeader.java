package org.blindbook.attestation.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first 48 bytes of a quote (Intel SGX ECDSA QuoteLibReference, appendix A.3).
 *
 * <pre>
 *   0   2  version
 *   2   2  type of the attestation key
 *   4   4  TEE type, zero for SGX
 *   8   2  QE SVN
 *  10   2  PCE SVN
 *  12  16  QE vendor
 *  28  20  user data
 * </pre>
 */
public final class QuoteHeader {
  public static final int BYTES = 48;
  public static final int ECDSA_P256 = 2;

  private static final byte[] INTEL = HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607");

  private final byte[] bytes;

  private QuoteHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  static QuoteHeader read(Cursor in) throws MalformedEvidenceException {
    return new QuoteHeader(in.take(BYTES));
  }

  /** A header of an SGX quote of version 3 with Intel's vendor id, which the format requires. */
  public static QuoteHeader version3(int qeSvn, int pceSvn) {
    byte[] bytes = new byte[BYTES];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) SgxQuote.VERSION)
        .putShort((short) ECDSA_P256)
        .putInt(0)
        .putShort((short) qeSvn)
        .putShort((short) pceSvn)
        .put(INTEL);
    return new QuoteHeader(bytes);
  }

  public byte[] encode() {
    return bytes.clone();
  }

  public int version() {
    return u16(0);
  }

  public int attestationKeyType() {
    return u16(2);
  }

  public long teeType() {
    return u16(4) | (long) u16(6) << 16;
  }

  public boolean vendorIsIntel() {
    return Arrays.equals(bytes, 12, 28, INTEL, 0, INTEL.length);
  }

  private int u16(int offset) {
    return (bytes[offset] & 0xff) | (bytes[offset + 1] & 0xff) << 8;
  }
}
