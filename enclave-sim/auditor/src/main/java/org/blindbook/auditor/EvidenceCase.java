package org.blindbook.auditor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.SgxQuote;

/**
 * Evidence in a folder: {@code quote.bin}, and where they exist {@code tcb_info.json}, {@code
 * tcb_chain.pem}, {@code qe_identity.json}, {@code qe_chain.pem}, {@code root_ca.crl.der}, {@code
 * pck_ca.crl.der}, {@code claims.bin}.
 */
final class EvidenceCase {
  private EvidenceCase() {}

  static Evidence read(Path folder) throws AuditException {
    byte[] claims = part(folder, "claims.bin");
    return new Evidence(
        file(folder.resolve("quote.bin"), SgxQuote.MAX_BYTES),
        new Collateral(
                part(folder, "tcb_info.json"),
                part(folder, "tcb_chain.pem"),
                part(folder, "qe_identity.json"),
                part(folder, "qe_chain.pem"),
                part(folder, "root_ca.crl.der"),
                part(folder, "pck_ca.crl.der"))
            .encode(),
        claims.length == 0 ? Optional.empty() : Optional.of(claims),
        Optional.empty());
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
