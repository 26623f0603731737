package org.blindbook.auditor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpReport;

/**
 * Evidence in a folder. Of SGX and TDX: {@code quote.bin}, and where they exist {@code
 * tcb_info.json}, {@code tcb_chain.pem}, {@code qe_identity.json}, {@code qe_chain.pem}, {@code
 * root_ca.crl.der}, {@code pck_ca.crl.der}. Of SEV-SNP: {@code report.bin}, and where they exist
 * {@code vek.der}, {@code ask.der}, {@code ark.der}, {@code crl.der}. Of any: {@code claims.bin},
 * {@code settings.txt}, and {@code nonce.bin} of the audit that saved it.
 */
final class EvidenceCase {
  private static final String QUOTE = "quote.bin";
  private static final String TCB_INFO = "tcb_info.json";
  private static final String TCB_CHAIN = "tcb_chain.pem";
  private static final String QE_IDENTITY = "qe_identity.json";
  private static final String QE_CHAIN = "qe_chain.pem";
  private static final String ROOT_CRL = "root_ca.crl.der";
  private static final String PCK_CRL = "pck_ca.crl.der";
  private static final String REPORT = "report.bin";
  private static final String VEK = "vek.der";
  private static final String ASK = "ask.der";
  private static final String ARK = "ark.der";
  private static final String CRL = "crl.der";
  private static final String CLAIMS = "claims.bin";
  private static final String NONCE = "nonce.bin";
  private static final String SETTINGS = "settings.txt";

  private EvidenceCase() {}

  static Evidence read(Path folder) throws AuditException {
    byte[] claims = part(folder, CLAIMS);
    byte[] nonce = part(folder, NONCE);
    byte[] settings = part(folder, SETTINGS);
    boolean report = Files.exists(folder.resolve(REPORT));
    if (report && Files.exists(folder.resolve(QUOTE))) {
      throw new AuditException(
          AuditException.USAGE,
          "The folder " + folder + " holds " + QUOTE + " and " + REPORT + ": remove one.");
    }
    return new Evidence(
        file(folder.resolve(report ? REPORT : QUOTE), Quote.MAX_BYTES),
        report ? snpCollateral(folder).encode() : collateral(folder).encode(),
        claims.length == 0 ? Optional.empty() : Optional.of(claims),
        nonce.length == 0 ? Optional.empty() : Optional.of(nonce),
        settings.length == 0 ? Optional.empty() : Optional.of(settings));
  }

  private static Collateral collateral(Path folder) throws AuditException {
    return new Collateral(
        part(folder, TCB_INFO),
        part(folder, TCB_CHAIN),
        part(folder, QE_IDENTITY),
        part(folder, QE_CHAIN),
        part(folder, ROOT_CRL),
        part(folder, PCK_CRL));
  }

  private static SnpCollateral snpCollateral(Path folder) throws AuditException {
    return new SnpCollateral(
        part(folder, VEK), part(folder, ASK), part(folder, ARK), part(folder, CRL));
  }

  /** Writes evidence so that {@link #read} gives the same, today or in a year. */
  static void write(Evidence evidence, Path folder) throws AuditException {
    try {
      Files.createDirectories(folder);
      if (SnpReport.isLike(evidence.quote())) {
        Files.write(folder.resolve(REPORT), evidence.quote());
        write(SnpCollateral.decode(evidence.collateral()), folder);
      } else {
        Files.write(folder.resolve(QUOTE), evidence.quote());
        write(Collateral.decode(evidence.collateral()), folder);
      }
      Files.write(folder.resolve(CLAIMS), evidence.claims().orElse(new byte[0]));
      Files.write(folder.resolve(NONCE), evidence.nonce().orElse(new byte[0]));
      Files.write(folder.resolve(SETTINGS), evidence.settings().orElse(new byte[0]));
    } catch (IOException e) {
      throw new AuditException(
          AuditException.USAGE,
          "The evidence cannot be saved in " + folder + ": name a folder that is writable.");
    } catch (MalformedEvidenceException e) {
      throw new AuditException(
          AuditException.MALFORMED, "The evidence cannot be saved: " + e.getMessage() + ".");
    }
  }

  private static void write(Collateral collateral, Path folder) throws IOException {
    Files.write(folder.resolve(TCB_INFO), collateral.tcbInfo());
    Files.write(folder.resolve(TCB_CHAIN), collateral.tcbChain());
    Files.write(folder.resolve(QE_IDENTITY), collateral.qeIdentity());
    Files.write(folder.resolve(QE_CHAIN), collateral.qeChain());
    Files.write(folder.resolve(ROOT_CRL), collateral.rootCrl());
    Files.write(folder.resolve(PCK_CRL), collateral.pckCrl());
  }

  private static void write(SnpCollateral collateral, Path folder) throws IOException {
    Files.write(folder.resolve(VEK), collateral.vek());
    Files.write(folder.resolve(ASK), collateral.ask());
    Files.write(folder.resolve(ARK), collateral.ark());
    Files.write(folder.resolve(CRL), collateral.crl());
  }

  private static byte[] part(Path folder, String name) throws AuditException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? file(file, Collateral.MAX_BYTES) : new byte[0];
  }

  private static byte[] file(Path file, int maxBytes) throws AuditException {
    try {
      if (Files.size(file) <= maxBytes) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      throw new AuditException(
          AuditException.USAGE, "The file " + file + " cannot be read: check the folder.");
    }
    throw new AuditException(AuditException.MALFORMED, "The file " + file + " is too large.");
  }
}
