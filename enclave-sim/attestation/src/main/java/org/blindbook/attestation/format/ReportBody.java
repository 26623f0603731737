package org.blindbook.attestation.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What an SGX processor reports about one enclave (Intel SDM volume 3D, table 35-21).
 *
 * <pre>
 *   0  16  CPUSVN
 *  16   4  MISCSELECT
 *  48  16  ATTRIBUTES: 8 bytes flags, 8 bytes XFRM
 *  64  32  MRENCLAVE
 * 128  32  MRSIGNER
 * 256   2  ISVPRODID
 * 258   2  ISVSVN
 * 320  64  REPORTDATA
 * </pre>
 *
 * Integers are little-endian. Bytes not named are reserved or of no interest here.
 */
public final class ReportBody implements QuoteBody {
  public static final int BYTES = 384;
  public static final int ATTRIBUTES_BYTES = 16;
  public static final int MEASUREMENT_BYTES = 32;
  public static final int REPORT_DATA_BYTES = 64;

  private static final int FLAG_DEBUG = 1 << 1;

  private final byte[] bytes;

  private ReportBody(byte[] bytes) {
    this.bytes = bytes;
  }

  static ReportBody read(Cursor in) throws MalformedEvidenceException {
    return new ReportBody(in.take(BYTES));
  }

  /** A report as a processor would make it. Parts have the lengths of the layout. */
  public static ReportBody of(
      byte[] cpuSvn,
      byte[] attributes,
      byte[] mrEnclave,
      byte[] mrSigner,
      int isvProdId,
      int isvSvn,
      byte[] reportData) {
    byte[] bytes = new byte[BYTES];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, requireLength(cpuSvn, 16))
        .put(48, requireLength(attributes, ATTRIBUTES_BYTES))
        .put(64, requireLength(mrEnclave, MEASUREMENT_BYTES))
        .put(128, requireLength(mrSigner, MEASUREMENT_BYTES))
        .putShort(256, (short) isvProdId)
        .putShort(258, (short) isvSvn)
        .put(320, requireLength(reportData, REPORT_DATA_BYTES));
    return new ReportBody(bytes);
  }

  private static byte[] requireLength(byte[] part, int length) {
    if (part.length != length) {
      throw new IllegalArgumentException("a part of a report has " + length + " bytes");
    }
    return part;
  }

  @Override
  public byte[] encode() {
    return bytes.clone();
  }

  public byte[] miscSelect() {
    return Arrays.copyOfRange(bytes, 16, 20);
  }

  public byte[] attributes() {
    return Arrays.copyOfRange(bytes, 48, 64);
  }

  @Override
  public boolean debug() {
    return (bytes[48] & FLAG_DEBUG) != 0;
  }

  public byte[] mrEnclave() {
    return Arrays.copyOfRange(bytes, 64, 96);
  }

  public byte[] mrSigner() {
    return Arrays.copyOfRange(bytes, 128, 160);
  }

  public int isvProdId() {
    return u16(256);
  }

  public int isvSvn() {
    return u16(258);
  }

  @Override
  public byte[] reportData() {
    return Arrays.copyOfRange(bytes, 320, 384);
  }

  private int u16(int offset) {
    return (bytes[offset] & 0xff) | (bytes[offset + 1] & 0xff) << 8;
  }
}
