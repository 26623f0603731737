package org.blindbook.attestation.format;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An enclave's signature structure (Intel SDM volume 3D, table 35-19): who signed which
 * measurement, and as which product and version. {@link #BYTES} bytes, integers little-endian:
 *
 * <pre>
 *    0  16  HEADER            fixed
 *   16   4  VENDOR            0, or 0x8086 for Intel's own enclaves
 *   20   4  DATE              yyyymmdd in BCD
 *   24  16  HEADER2           fixed
 *   40   4  SWDEFINED
 *   44  84  reserved, zero
 *  128 384  MODULUS           RSA, 3072 bits
 *  512   4  EXPONENT          3
 *  516 384  SIGNATURE         RSASSA-PKCS1-v1_5 with SHA-256 of bytes 0..127 and 900..1027
 *  900   4  MISCSELECT
 *  904   4  MISCMASK
 *  908  20  CET attributes and their mask, reserved, ISVFAMILYID
 *  928  16  ATTRIBUTES        8 bytes flags, 8 bytes XFRM
 *  944  16  ATTRIBUTEMASK     the bits of ATTRIBUTES that the signer insists on
 *  960  32  ENCLAVEHASH       the measurement (MRENCLAVE)
 *  992  32  reserved, ISVEXTPRODID
 * 1024   2  ISVPRODID
 * 1026   2  ISVSVN
 * 1028  12  reserved, zero
 * 1040 384  Q1                floor(SIGNATURE^2 / MODULUS)
 * 1424 384  Q2                floor((SIGNATURE^3 - Q1 * SIGNATURE * MODULUS) / MODULUS)
 * </pre>
 */
public final class SigStruct {
  public static final int BYTES = 1808;
  public static final int MODULUS_BYTES = 384;
  public static final int EXPONENT = 3;

  private static final byte[] HEADER = HexFormat.of().parseHex("06000000e10000000000010000000000");
  private static final byte[] HEADER2 = HexFormat.of().parseHex("01010000600000006000000001000000");
  private static final int INTEL = 0x8086;
  private static final int SIGNED_HEAD_BYTES = 128;
  private static final int SIGNED_BODY_AT = 900;
  private static final int SIGNED_BODY_END = 1028;

  private final byte[] bytes;

  private SigStruct(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * What a signer says about an enclave.
   *
   * @param attributes 16 bytes, as {@link ReportBody#attributes}
   * @param attributeMask 16 bytes
   * @param enclaveHash the measurement, 32 bytes
   */
  public record Statement(
      LocalDate date,
      byte[] attributes,
      byte[] attributeMask,
      byte[] enclaveHash,
      int isvProdId,
      int isvSvn) {}

  /** A structure of which everything but signature, Q1 and Q2 is there; those are zero. */
  public static SigStruct unsigned(Statement statement, BigInteger modulus) {
    byte[] bytes = new byte[BYTES];
    LocalDate date = statement.date();
    int bcd =
        Integer.parseInt(
            "%04d%02d%02d".formatted(date.getYear(), date.getMonthValue(), date.getDayOfMonth()),
            16);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, HEADER)
        .putInt(20, bcd)
        .put(24, HEADER2)
        .put(128, littleEndian(modulus))
        .putInt(512, EXPONENT)
        .putInt(904, -1)
        .put(928, statement.attributes(), 0, ReportBody.ATTRIBUTES_BYTES)
        .put(944, statement.attributeMask(), 0, ReportBody.ATTRIBUTES_BYTES)
        .put(960, statement.enclaveHash(), 0, ReportBody.MEASUREMENT_BYTES)
        .putShort(1024, (short) statement.isvProdId())
        .putShort(1026, (short) statement.isvSvn());
    return new SigStruct(bytes);
  }

  /** This structure with a signature over {@link #signedBytes}, and the Q1 and Q2 it needs. */
  public SigStruct withSignature(BigInteger signature) {
    BigInteger modulus = modulus();
    BigInteger[] square = signature.multiply(signature).divideAndRemainder(modulus);
    byte[] signed = bytes.clone();
    ByteBuffer.wrap(signed)
        .put(516, littleEndian(signature))
        .put(1040, littleEndian(square[0]))
        .put(1424, littleEndian(square[1].multiply(signature).divide(modulus)));
    return new SigStruct(signed);
  }

  /**
   * @throws MalformedEvidenceException unless these are {@value #BYTES} bytes of this layout; the
   *     signature is not looked at
   */
  public static SigStruct parse(byte[] bytes) throws MalformedEvidenceException {
    require(bytes.length == BYTES, "a SIGSTRUCT has " + BYTES + " bytes");
    SigStruct parsed = new SigStruct(bytes.clone());
    require(
        Arrays.equals(bytes, 0, 16, HEADER, 0, 16) && Arrays.equals(bytes, 24, 40, HEADER2, 0, 16),
        "the headers are not a SIGSTRUCT's");
    require(
        parsed.u32(16) == 0 || parsed.u32(16) == INTEL, "the SIGSTRUCT is of an unknown vendor");
    require(parsed.u32(512) == EXPONENT, "a SIGSTRUCT's public exponent is 3");
    require(
        parsed.isZero(44, 128) && parsed.isZero(1028, 1040),
        "reserved bytes of the SIGSTRUCT are not zero");
    parsed.readDate();
    return parsed;
  }

  private static void require(boolean condition, String what) throws MalformedEvidenceException {
    if (!condition) {
      throw new MalformedEvidenceException(what);
    }
  }

  /** The two signed parts, one after the other. */
  public byte[] signedBytes() {
    return ByteBuffer.allocate(SIGNED_HEAD_BYTES + SIGNED_BODY_END - SIGNED_BODY_AT)
        .put(bytes, 0, SIGNED_HEAD_BYTES)
        .put(bytes, SIGNED_BODY_AT, SIGNED_BODY_END - SIGNED_BODY_AT)
        .array();
  }

  public byte[] encode() {
    return bytes.clone();
  }

  public LocalDate date() {
    try {
      return readDate();
    } catch (MalformedEvidenceException e) {
      throw new IllegalStateException("a parsed SIGSTRUCT has a date", e);
    }
  }

  private LocalDate readDate() throws MalformedEvidenceException {
    try {
      int day = Integer.parseInt("%08x".formatted((int) u32(20)));
      return LocalDate.of(day / 10_000, day / 100 % 100, day % 100);
    } catch (NumberFormatException | DateTimeException e) {
      throw new MalformedEvidenceException("the SIGSTRUCT's date is none");
    }
  }

  /** The modulus as it stands: MRSIGNER is SHA-256 of these {@value #MODULUS_BYTES} bytes. */
  public byte[] modulusBytes() {
    return Arrays.copyOfRange(bytes, 128, 128 + MODULUS_BYTES);
  }

  public BigInteger modulus() {
    return integer(128);
  }

  public BigInteger signature() {
    return integer(516);
  }

  public BigInteger q1() {
    return integer(1040);
  }

  public BigInteger q2() {
    return integer(1424);
  }

  public byte[] attributes() {
    return Arrays.copyOfRange(bytes, 928, 944);
  }

  public byte[] attributeMask() {
    return Arrays.copyOfRange(bytes, 944, 960);
  }

  public byte[] enclaveHash() {
    return Arrays.copyOfRange(bytes, 960, 992);
  }

  public int isvProdId() {
    return (int) u32(1024) & 0xffff;
  }

  public int isvSvn() {
    return (int) u32(1026) & 0xffff;
  }

  /**
   * Whether the signer meant an enclave that is made with these attributes (EINIT's rule).
   *
   * @param seen 16 bytes, before initialisation sets the INIT flag
   */
  public boolean allowsAttributes(byte[] seen) {
    byte[] mask = attributeMask();
    byte[] required = attributes();
    for (int i = 0; i < mask.length; i++) {
      if ((seen[i] & mask[i]) != (required[i] & mask[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean isZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private long u32(int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at) & 0xffff_ffffL;
  }

  private BigInteger integer(int at) {
    byte[] bigEndian = new byte[MODULUS_BYTES];
    for (int i = 0; i < MODULUS_BYTES; i++) {
      bigEndian[i] = bytes[at + MODULUS_BYTES - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  private static byte[] littleEndian(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 8 * MODULUS_BYTES) {
      throw new IllegalArgumentException("a number of a SIGSTRUCT has at most 3072 bits");
    }
    byte[] bigEndian = number.toByteArray();
    byte[] littleEndian = new byte[MODULUS_BYTES];
    for (int i = 0; i < Math.min(bigEndian.length, MODULUS_BYTES); i++) {
      littleEndian[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return littleEndian;
  }
}
