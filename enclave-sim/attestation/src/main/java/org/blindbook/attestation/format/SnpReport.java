package org.blindbook.attestation.format;

import java.util.Arrays;
import java.util.Set;

/**
 * An attestation report of an SEV-SNP guest, versions 2 to 5 (AMD SEV-SNP Firmware ABI
 * Specification, revision 1.58, table "ATTESTATION_REPORT Structure"). Integers are little-endian.
 *
 * <pre>
 * 0x000   4  VERSION                       0x140  32  REPORT_ID
 * 0x004   4  GUEST_SVN                     0x160  32  REPORT_ID_MA
 * 0x008   8  POLICY                        0x180   8  REPORTED_TCB
 * 0x010  16  FAMILY_ID                     0x188   1  CPUID_FAM_ID, from version 3 on
 * 0x020  16  IMAGE_ID                      0x189   1  CPUID_MOD_ID, from version 3 on
 * 0x030   4  VMPL                          0x18a   1  CPUID_STEP, from version 3 on
 * 0x034   4  SIGNATURE_ALGO                0x1a0  64  CHIP_ID
 * 0x038   8  CURRENT_TCB                   0x1e0   8  COMMITTED_TCB
 * 0x040   8  PLATFORM_INFO                 0x1e8   3  CURRENT_BUILD, _MINOR, _MAJOR
 * 0x048   4  AUTHOR_KEY_EN, MASK_CHIP_KEY, 0x1ec   3  COMMITTED_BUILD, _MINOR, _MAJOR
 *            SIGNING_KEY                   0x1f0   8  LAUNCH_TCB
 * 0x050  64  REPORT_DATA                   0x1f8   8  LAUNCH_MIT_VECTOR, from version 5 on
 * 0x090  48  MEASUREMENT                   0x200   8  CURRENT_MIT_VECTOR, from version 5 on
 * 0x0c0  32  HOST_DATA                     0x2a0  72  r
 * 0x0e0  48  ID_KEY_DIGEST                 0x2e8  72  s
 * 0x110  48  AUTHOR_KEY_DIGEST             0x330      zero, to the end at 0x4a0
 * </pre>
 *
 * The signature covers the bytes before it. Deployed software appends certificates after a report;
 * they are counted and otherwise ignored.
 */
public final class SnpReport {
  public static final int BYTES = 0x4a0;
  public static final int SIGNED_BYTES = 0x2a0;

  private static final Set<Long> KNOWN_VERSIONS = Set.of(2L, 3L, 4L, 5L);
  private static final int ECDSA_P384_SHA384 = 1;
  private static final int NUMBER_BYTES = 72;
  private static final int POLICY_MIGRATE_MA_BIT = 18;
  private static final int POLICY_DEBUG_BIT = 19;

  /** Which key signed a report. */
  public enum SigningKey {
    /** The chip's own, derived from its secret and its firmware's versions. */
    VCEK,
    /** One that a cloud provider holds for all its chips. */
    VLEK,
    /** None: the report is not signed. */
    NONE
  }

  private final byte[] bytes;
  private final SigningKey signingKey;
  private final int trailingBytes;

  private SnpReport(byte[] bytes, SigningKey signingKey, int trailingBytes) {
    this.bytes = bytes;
    this.signingKey = signingKey;
    this.trailingBytes = trailingBytes;
  }

  /**
   * Whether these bytes are a report at all and not a quote: a report begins with a 4-byte version,
   * a quote with a 2-byte version and a 2-byte key type, which is never zero.
   */
  public static boolean isLike(byte[] bytes) {
    return bytes.length >= 4 && bytes[2] == 0 && bytes[3] == 0;
  }

  /**
   * @throws MalformedEvidenceException unless the bytes start with a report of version 2 to 5 by
   *     ECDSA P-384 with SHA-384
   */
  public static SnpReport parse(byte[] bytes) throws MalformedEvidenceException {
    if (bytes.length > Quote.MAX_BYTES) {
      throw new MalformedEvidenceException(
          "the report is larger than " + Quote.MAX_BYTES + " bytes");
    }
    Cursor in = new Cursor("the report", bytes);
    byte[] report = in.take(BYTES);
    long version = u32(report, 0);
    if (!KNOWN_VERSIONS.contains(version)) {
      throw new MalformedEvidenceException("unknown report version " + version);
    }
    if (u32(report, 0x34) != ECDSA_P384_SHA384) {
      throw new MalformedEvidenceException(
          "unknown signature algorithm " + u32(report, 0x34) + " of a report");
    }
    for (int i = SIGNED_BYTES + 2 * NUMBER_BYTES; i < BYTES; i++) {
      if (report[i] != 0) {
        throw new MalformedEvidenceException("the report's signature has bytes after its end");
      }
    }
    SigningKey signingKey =
        switch ((int) (u32(report, 0x48) >> 2 & 7)) {
          case 0 -> SigningKey.VCEK;
          case 1 -> SigningKey.VLEK;
          case 7 -> SigningKey.NONE;
          default -> throw new MalformedEvidenceException("unknown signing key of a report");
        };
    return new SnpReport(report, signingKey, in.remaining());
  }

  private static long u32(byte[] bytes, int offset) {
    return (bytes[offset] & 0xffL)
        | (bytes[offset + 1] & 0xffL) << 8
        | (bytes[offset + 2] & 0xffL) << 16
        | (bytes[offset + 3] & 0xffL) << 24;
  }

  private byte[] part(int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  public int trailingBytes() {
    return trailingBytes;
  }

  public int version() {
    return (int) u32(bytes, 0);
  }

  public long guestSvn() {
    return u32(bytes, 0x04);
  }

  /** What the host may do with the guest: 64 bits. */
  public long policy() {
    return u32(bytes, 0x08) | u32(bytes, 0x0c) << 32;
  }

  /** Whether the host may read the guest's memory. */
  public boolean debug() {
    return (policy() >> POLICY_DEBUG_BIT & 1) != 0;
  }

  /** Whether a migration agent that the host chose may export the guest. */
  public boolean migratable() {
    return (policy() >> POLICY_MIGRATE_MA_BIT & 1) != 0;
  }

  public byte[] familyId() {
    return part(0x10, 16);
  }

  public byte[] imageId() {
    return part(0x20, 16);
  }

  /** The privilege level, 0 the highest, that asked for the report. */
  public long vmpl() {
    return u32(bytes, 0x30);
  }

  public byte[] currentTcb() {
    return part(0x38, SnpTcb.BYTES);
  }

  public long platformInfo() {
    return u32(bytes, 0x40) | u32(bytes, 0x44) << 32;
  }

  public SigningKey signingKey() {
    return signingKey;
  }

  /** The flags AUTHOR_KEY_EN, MASK_CHIP_KEY and SIGNING_KEY as they stand: 32 bits. */
  public long signer() {
    return u32(bytes, 0x48);
  }

  /** Whether the host keeps the firmware from signing with the chip's key. */
  public boolean chipKeyMasked() {
    return (bytes[0x48] & 2) != 0;
  }

  public byte[] reportData() {
    return part(0x50, 64);
  }

  public byte[] measurement() {
    return part(0x90, 48);
  }

  public byte[] hostData() {
    return part(0xc0, 32);
  }

  public byte[] idKeyDigest() {
    return part(0xe0, 48);
  }

  /** Zero when no author key is enabled. */
  public byte[] authorKeyDigest() {
    return part(0x110, 48);
  }

  public byte[] reportId() {
    return part(0x140, 32);
  }

  /** Of the migration agent; all ones when there is none. */
  public byte[] reportIdMa() {
    return part(0x160, 32);
  }

  /** The versions that the signing key is derived from. */
  public byte[] reportedTcb() {
    return part(0x180, SnpTcb.BYTES);
  }

  /** Family, model and stepping of the processor; zero in version 2, which does not state them. */
  public byte[] cpuid() {
    return part(0x188, 3);
  }

  /** Unique to the chip; zero when the host masks it. */
  public byte[] chipId() {
    return part(0x1a0, 64);
  }

  public byte[] committedTcb() {
    return part(0x1e0, SnpTcb.BYTES);
  }

  /** Major, minor and build number of the firmware that made the report. */
  public byte[] currentVersion() {
    return new byte[] {bytes[0x1ea], bytes[0x1e9], bytes[0x1e8]};
  }

  public byte[] launchTcb() {
    return part(0x1f0, SnpTcb.BYTES);
  }

  /** The bytes under the signature. */
  public byte[] signedBytes() {
    return part(0, SIGNED_BYTES);
  }

  /** 72 bytes, little-endian. */
  public byte[] signatureR() {
    return part(SIGNED_BYTES, NUMBER_BYTES);
  }

  /** 72 bytes, little-endian. */
  public byte[] signatureS() {
    return part(SIGNED_BYTES + NUMBER_BYTES, NUMBER_BYTES);
  }
}
