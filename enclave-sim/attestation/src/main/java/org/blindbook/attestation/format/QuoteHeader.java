package org.blindbook.attestation.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first 48 bytes of a quote (Intel SGX ECDSA QuoteLibReference, appendix A.3; Intel TDX DCAP
 * Quoting Library API, appendix A.3.1).
 *
 * <pre>
 *   0   2  version
 *   2   2  type of the attestation key
 *   4   4  TEE type: 0 for SGX, 0x81 for TDX
 *   8   2  QE SVN, reserved from version 4 on
 *  10   2  PCE SVN, reserved from version 4 on
 *  12  16  QE vendor
 *  28  20  user data
 * </pre>
 */
public final class QuoteHeader {
  public static final int BYTES = 48;

  private static final int SGX_ONLY_VERSION = 3;
  private static final int NEWEST_VERSION = 5;
  private static final int ECDSA_P256 = 2;
  private static final int TEE_SGX = 0;
  private static final int TEE_TDX = 0x81;

  private static final byte[] INTEL = HexFormat.of().parseHex("939a7233f79c4ca9940a0db3957f0607");

  private final byte[] bytes;

  private QuoteHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  static QuoteHeader read(Cursor in) throws MalformedEvidenceException {
    QuoteHeader header = new QuoteHeader(in.take(BYTES));
    int version = header.version();
    if (version < SGX_ONLY_VERSION || version > NEWEST_VERSION) {
      throw new MalformedEvidenceException("unknown quote version " + version);
    }
    if (header.u16(2) != ECDSA_P256) {
      throw new MalformedEvidenceException("unknown attestation key type " + header.u16(2));
    }
    long tee = header.teeType();
    if (tee != TEE_SGX && (tee != TEE_TDX || version == SGX_ONLY_VERSION)) {
      throw new MalformedEvidenceException(
          "a version " + version + " quote is not of TEE type " + tee);
    }
    return header;
  }

  /** A header of an SGX quote of version 3 with Intel's vendor id, which the format requires. */
  public static QuoteHeader version3(int qeSvn, int pceSvn) {
    return of(SGX_ONLY_VERSION, TEE_SGX, qeSvn, pceSvn);
  }

  /**
   * A header of a newer quote, likewise.
   *
   * @param version 4 or 5
   */
  public static QuoteHeader of(Tee tee, int version) {
    return of(version, tee == Tee.SGX ? TEE_SGX : TEE_TDX, 0, 0);
  }

  private static QuoteHeader of(int version, int teeType, int qeSvn, int pceSvn) {
    byte[] bytes = new byte[BYTES];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) version)
        .putShort((short) ECDSA_P256)
        .putInt(teeType)
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

  private long teeType() {
    return u16(4) | (long) u16(6) << 16;
  }

  public Tee tee() {
    return teeType() == TEE_SGX ? Tee.SGX : Tee.TDX;
  }

  public boolean vendorIsIntel() {
    return Arrays.equals(bytes, 12, 28, INTEL, 0, INTEL.length);
  }

  private int u16(int offset) {
    return (bytes[offset] & 0xff) | (bytes[offset + 1] & 0xff) << 8;
  }
}
