package org.blindbook.auditor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Quote;

/**
 * Evidence in a folder: {@code quote.bin}, and where they exist {@code tcb_info.json}, {@code
 * tcb_chain.pem}, {@code qe_identity.json}, {@code qe_chain.pem}, {@code root_ca.crl.der}, {@code
 * pck_ca.crl.der}, {@code claims.bin}, and {@code nonce.bin} of the audit that saved it.
 */
final class EvidenceCase {
  private static final String QUOTE = "quote.bin";
  private static final String TCB_INFO = "tcb_info.json";
  private static final String TCB_CHAIN = "tcb_chain.pem";
  private static final String QE_IDENTITY = "qe_identity.json";
  private static final String QE_CHAIN = "qe_chain.pem";
  private static final String ROOT_CRL = "root_ca.crl.der";
  private static final String PCK_CRL = "pck_ca.crl.der";
  private static final String CLAIMS = "claims.bin";
  private static final String NONCE = "nonce.bin";

  private EvidenceCase() {}

  static Evidence read(Path folder) throws AuditException {
    byte[] claims = part(folder, CLAIMS);
    byte[] nonce = part(folder, NONCE);
    return new Evidence(
        file(folder.resolve(QUOTE), Quote.MAX_BYTES),
        new Collateral(
                part(folder, TCB_INFO),
                part(folder, TCB_CHAIN),
                part(folder, QE_IDENTITY),
                part(folder, QE_CHAIN),
                part(folder, ROOT_CRL),
                part(folder, PCK_CRL))
            .encode(),
        claims.length == 0 ? Optional.empty() : Optional.of(claims),
        nonce.length == 0 ? Optional.empty() : Optional.of(nonce));
  }

  /** Writes evidence so that {@link #read} gives the same, today or in a year. */
  static void write(Evidence evidence, Path folder) throws AuditException {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(QUOTE), evidence.quote());
      Collateral collateral = Collateral.decode(evidence.collateral());
      Files.write(folder.resolve(TCB_INFO), collateral.tcbInfo());
      Files.write(folder.resolve(TCB_CHAIN), collateral.tcbChain());
      Files.write(folder.resolve(QE_IDENTITY), collateral.qeIdentity());
      Files.write(folder.resolve(QE_CHAIN), collateral.qeChain());
      Files.write(folder.resolve(ROOT_CRL), collateral.rootCrl());
      Files.write(folder.resolve(PCK_CRL), collateral.pckCrl());
      Files.write(folder.resolve(CLAIMS), evidence.claims().orElse(new byte[0]));
      Files.write(folder.resolve(NONCE), evidence.nonce().orElse(new byte[0]));
    } catch (IOException e) {
      throw new AuditException(
          AuditException.USAGE,
          "The evidence cannot be saved in " + folder + ": name a folder that is writable.");
    } catch (MalformedEvidenceException e) {
      throw new AuditException(
          AuditException.MALFORMED, "The evidence cannot be saved: " + e.getMessage() + ".");
    }
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
