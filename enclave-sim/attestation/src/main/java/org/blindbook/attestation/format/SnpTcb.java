package org.blindbook.attestation.format;

import java.util.List;
import java.util.OptionalInt;

/**
 * The layouts of TCB_VERSION, 8 bytes (AMD SEV-SNP Firmware ABI Specification, section 2.2), and
 * which extension of an endorsement key's certificate holds each byte (VCEK Certificate and KDS
 * Interface Specification, table of custom extensions).
 */
public enum SnpTcb {
  /** Milan and Genoa: boot loader, TEE, four reserved, SNP firmware, microcode. */
  MILAN(List.of(1, 2, 4, 5, 6, 7, 3, 8)),
  /** Turin: FMC, boot loader, TEE, SNP firmware, three reserved, microcode. */
  TURIN(List.of(9, 1, 2, 3, 5, 6, 7, 8));

  public static final int BYTES = 8;

  /** What has a version of its own, by AMD's names. */
  public enum Part {
    FMC,
    BOOTLOADER,
    TEE,
    SNP,
    MICROCODE
  }

  private final List<Integer> extensions;

  SnpTcb(List<Integer> extensions) {
    this.extensions = extensions;
  }

  /** The last number of each byte's extension, under {@link VekExtensions#SECURITY_VERSIONS}. */
  List<Integer> extensions() {
    return extensions;
  }

  /** The version of a part, 0 to 255; empty when this layout has none of it. */
  public OptionalInt version(Part part, byte[] tcb) {
    int at =
        switch (this) {
          case MILAN ->
              switch (part) {
                case FMC -> -1;
                case BOOTLOADER -> 0;
                case TEE -> 1;
                case SNP -> 6;
                case MICROCODE -> 7;
              };
          case TURIN ->
              switch (part) {
                case FMC -> 0;
                case BOOTLOADER -> 1;
                case TEE -> 2;
                case SNP -> 3;
                case MICROCODE -> 7;
              };
        };
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(tcb[at] & 0xff);
  }

  /** The versions that matter, by name, for people. */
  public String describe(byte[] tcb) {
    return switch (this) {
      case MILAN ->
          "bootloader %d, TEE %d, SNP %d, microcode %d"
              .formatted(tcb[0] & 0xff, tcb[1] & 0xff, tcb[6] & 0xff, tcb[7] & 0xff);
      case TURIN ->
          "FMC %d, bootloader %d, TEE %d, SNP %d, microcode %d"
              .formatted(tcb[0] & 0xff, tcb[1] & 0xff, tcb[2] & 0xff, tcb[3] & 0xff, tcb[7] & 0xff);
    };
  }
}
