package org.blindbook.attestation.format;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a TDX module reports about one trust domain: the TD report bodies 1.0 and 1.5 (Intel TDX
 * DCAP Quoting Library API, appendix A.3.2).
 *
 * <pre>
 *   0  16  TEE_TCB_SVN
 *  16  48  MRSEAM
 *  64  48  MRSIGNERSEAM
 * 112   8  SEAMATTRIBUTES
 * 120   8  TDATTRIBUTES
 * 128   8  XFAM
 * 136  48  MRTD
 * 184  48  MRCONFIGID
 * 232  48  MROWNER
 * 280  48  MROWNERCONFIG
 * 328  4×48  RTMR0 to RTMR3
 * 520  64  REPORTDATA
 * 584  16  TEE_TCB_SVN_2, from 1.5 on
 * 600  48  MRSERVICETD, from 1.5 on
 * </pre>
 */
public final class TdReport implements QuoteBody {
  public static final int BYTES_1_0 = 584;
  public static final int BYTES_1_5 = 648;
  public static final int MEASUREMENT_BYTES = 48;
  public static final int RUNTIME_MEASUREMENTS = 4;

  private static final int SEPT_VE_DISABLE_BIT = 28;
  private static final int MIGRATABLE_BIT = 29;

  /**
   * ATTRIBUTES that Intel has defined (TDX Module 1.5 ABI Specification, table ATTRIBUTES): DEBUG;
   * HGS_PLUS_PROF, PERF_PROF, PMT_PROF; ICSSD; LASS, SEPT_VE_DISABLE, MIGRATABLE, PKS, KL; TPA,
   * PERFMON.
   */
  private static final byte[] DEFINED_ATTRIBUTES = HexFormat.of().parseHex("710001f8000000c0");

  private final byte[] bytes;

  private TdReport(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param length {@link #BYTES_1_0} or {@link #BYTES_1_5}
   */
  static TdReport read(Cursor in, int length) throws MalformedEvidenceException {
    return new TdReport(in.take(length));
  }

  /** A report from its bytes, as a module would make it. */
  public static TdReport of(byte[] bytes) {
    if (bytes.length != BYTES_1_0 && bytes.length != BYTES_1_5) {
      throw new IllegalArgumentException("a TD report has 584 or 648 bytes");
    }
    return new TdReport(bytes.clone());
  }

  @Override
  public byte[] encode() {
    return bytes.clone();
  }

  private byte[] part(int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Security versions of the module and of what it stands on, 16 bytes, each 0 to 255. */
  public byte[] teeTcbSvn() {
    return part(0, 16);
  }

  /** The module's own security version, when {@link #moduleVersion} is above zero. */
  public int moduleSvn() {
    return bytes[0] & 0xff;
  }

  /** The module's major version; zero for the first modules, which had no identity of their own. */
  public int moduleVersion() {
    return bytes[1] & 0xff;
  }

  public byte[] mrSeam() {
    return part(16, MEASUREMENT_BYTES);
  }

  public byte[] mrSignerSeam() {
    return part(64, MEASUREMENT_BYTES);
  }

  public byte[] seamAttributes() {
    return part(112, 8);
  }

  public byte[] tdAttributes() {
    return part(120, 8);
  }

  public byte[] xfam() {
    return part(128, 8);
  }

  public byte[] mrTd() {
    return part(136, MEASUREMENT_BYTES);
  }

  public byte[] mrConfigId() {
    return part(184, MEASUREMENT_BYTES);
  }

  public byte[] mrOwner() {
    return part(232, MEASUREMENT_BYTES);
  }

  public byte[] mrOwnerConfig() {
    return part(280, MEASUREMENT_BYTES);
  }

  /**
   * @param index 0 to 3
   */
  public byte[] rtmr(int index) {
    return part(328 + index * MEASUREMENT_BYTES, MEASUREMENT_BYTES);
  }

  @Override
  public byte[] reportData() {
    return part(520, ReportBody.REPORT_DATA_BYTES);
  }

  /** Whether this is the longer body of TDX 1.5. */
  public boolean hasServiceTd() {
    return bytes.length == BYTES_1_5;
  }

  /** Only when {@link #hasServiceTd}. */
  public byte[] teeTcbSvn2() {
    return part(584, 16);
  }

  /** Only when {@link #hasServiceTd}. */
  public byte[] mrServiceTd() {
    return part(600, MEASUREMENT_BYTES);
  }

  /**
   * Any bit of the group TUD, "trust domain under debug": its first is DEBUG, the rest reserved.
   */
  @Override
  public boolean debug() {
    return bytes[120] != 0;
  }

  /** Whether accesses to pages that the host took away stop the domain instead of raising #VE. */
  public boolean septVeDisable() {
    return attribute(SEPT_VE_DISABLE_BIT);
  }

  /** Whether any attribute is set that this program does not know. */
  public boolean hasUndefinedAttributes() {
    for (int i = 0; i < DEFINED_ATTRIBUTES.length; i++) {
      if ((bytes[120 + i] & ~DEFINED_ATTRIBUTES[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  private boolean attribute(int bit) {
    return (bytes[120 + bit / 8] >> bit % 8 & 1) != 0;
  }

  /** Whether a service domain that the host chose may move this domain, memory and all. */
  public boolean migratable() {
    return attribute(MIGRATABLE_BIT);
  }
}
