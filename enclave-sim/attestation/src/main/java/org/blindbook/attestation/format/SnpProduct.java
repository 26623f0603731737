package org.blindbook.attestation.format;

import java.util.Optional;

/**
 * AMD's processor lines with SEV-SNP. Each has its own root, and its name stands in the subjects of
 * root and authority. Bergamo and Siena belong to Genoa.
 */
public enum SnpProduct {
  MILAN("Milan", SnpTcb.MILAN),
  GENOA("Genoa", SnpTcb.MILAN),
  TURIN("Turin", SnpTcb.TURIN);

  private static final int ZEN_3_AND_4 = 0x19;
  private static final int ZEN_5 = 0x1a;

  private final String title;
  private final SnpTcb tcb;

  SnpProduct(String title, SnpTcb tcb) {
    this.title = title;
    this.tcb = tcb;
  }

  /** As AMD's certificates write it. */
  public String title() {
    return title;
  }

  /** How its reports lay out TCB_VERSION. */
  public SnpTcb tcb() {
    return tcb;
  }

  /**
   * The line of a processor by its CPUID. Empty for one that this program does not know.
   *
   * @param cpuid family, model and stepping, extended parts added in
   */
  public static Optional<SnpProduct> ofCpuid(byte[] cpuid) {
    int model = cpuid[1] & 0xff;
    return switch (cpuid[0] & 0xff) {
      case ZEN_3_AND_4 ->
          switch (model >> 4) {
            case 0x0 -> Optional.of(MILAN);
            case 0x1, 0xa -> Optional.of(GENOA);
            default -> Optional.empty();
          };
      case ZEN_5 -> model <= 0x11 ? Optional.of(TURIN) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /**
   * The line by the name in an endorsement key's certificate, which may go on with a stepping:
   * {@code Milan-B0}.
   */
  public static Optional<SnpProduct> ofName(String name) {
    String line = name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
    return switch (line) {
      case "Milan" -> Optional.of(MILAN);
      case "Genoa", "Bergamo", "Siena" -> Optional.of(GENOA);
      case "Turin" -> Optional.of(TURIN);
      default -> Optional.empty();
    };
  }
}
