package org.blindbook.platform;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.SnpCertificateTable;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.protocol.hardware.Hardware;

/**
 * Evidence of the confidential VM that this process runs in, from Linux (Documentation/ABI/testing/
 * configfs-tsm-report): a TDX quote or an SEV-SNP report.
 *
 * <p>An entry is made for each request, the report data written to its {@code inblob}, the evidence
 * read from its {@code outblob}. Another process may write to the same entry in between; each write
 * counts {@code generation} up by one. Evidence counts only when exactly one write, this one's,
 * lies between the reading of {@code generation} before and after; else, and when the kernel is
 * busy, it is asked for again, a bounded number of times.
 */
final class ConfigfsTsm implements EvidenceSource {
  static final Path ROOT = Path.of("/sys/kernel/config/tsm/report");

  static final int MAX_ATTEMPTS = 16;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final int MAX_TEXT_BYTES = 64;

  /** The kernel's own limit, TSM_REPORT_OUTBLOB_MAX, is smaller. */
  private static final int MAX_BLOB_BYTES = 64 * 1024;

  private static final String TDX = "tdx_guest";
  private static final String SEV_SNP = "sev_guest";

  /** How an entry is made. */
  interface Kernel {
    TsmReportEntry make(Path folder) throws IOException;
  }

  /** Collateral that a TDX quote travels with, which the kernel does not know. */
  interface TdxCollateral {
    Collateral current() throws IOException;
  }

  private final Path root;
  private final Kernel kernel;
  private final TdxCollateral tdxCollateral;
  private final SecureRandom random;

  ConfigfsTsm(Path root, Kernel kernel, TdxCollateral tdxCollateral, SecureRandom random) {
    this.root = root;
    this.kernel = kernel;
    this.tdxCollateral = tdxCollateral;
    this.random = random;
  }

  @Override
  public Hardware.Evidence quote(byte[] reportData) throws IOException {
    if (reportData.length != Hardware.REPORT_DATA_BYTES) {
      throw new IOException("report data has " + Hardware.REPORT_DATA_BYTES + " bytes");
    }
    byte[] name = new byte[8];
    random.nextBytes(name);
    try (TsmReportEntry entry =
        kernel.make(root.resolve("blindbook-" + HexFormat.of().formatHex(name)))) {
      return evidence(report(entry, reportData));
    }
  }

  /**
   * @param auxiliary the host's certificates, for SEV-SNP
   */
  private record Report(String provider, byte[] evidence, byte[] auxiliary) {}

  private static Report report(TsmReportEntry entry, byte[] reportData) throws IOException {
    IOException last = new IOException("another process keeps writing to the kernel's entry");
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        BigInteger before = generation(entry);
        entry.write("inblob", reportData);
        String provider = text(entry, "provider");
        byte[] evidence = entry.read("outblob", MAX_BLOB_BYTES);
        // Only providers with certificates have this attribute.
        byte[] auxiliary =
            provider.equals(SEV_SNP) ? entry.read("auxblob", MAX_BLOB_BYTES) : new byte[0];
        if (generation(entry).equals(before.add(BigInteger.ONE))) {
          return new Report(provider, evidence, auxiliary);
        }
      } catch (IOException e) {
        // EBUSY and EWOULDBLOCK come as messages in the system's language: any error is tried
        // again.
        last = e;
      }
      pause();
    }
    throw new IOException("the kernel gives no evidence: " + last.getMessage(), last);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for evidence", e);
    }
  }

  private static BigInteger generation(TsmReportEntry entry) throws IOException {
    try {
      return new BigInteger(text(entry, "generation"));
    } catch (NumberFormatException e) {
      throw new IOException("the entry's generation is not a number", e);
    }
  }

  private static String text(TsmReportEntry entry, String attribute) throws IOException {
    return new String(entry.read(attribute, MAX_TEXT_BYTES), StandardCharsets.US_ASCII).strip();
  }

  private Hardware.Evidence evidence(Report report) throws IOException {
    try {
      return switch (report.provider) {
        case TDX -> new Hardware.Evidence(report.evidence, tdxCollateral.current().encode());
        case SEV_SNP ->
            new Hardware.Evidence(
                report.evidence,
                SnpCertificateTable.parse(
                        report.auxiliary, SnpReport.parse(report.evidence).signingKey())
                    .encode());
        default -> throw new IOException("the kernel names an unknown provider of evidence");
      };
    } catch (MalformedEvidenceException e) {
      throw new IOException("the kernel's evidence cannot be read: " + e.getMessage(), e);
    }
  }
}
