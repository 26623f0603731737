package org.blindbook.attestation;

import java.util.Optional;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.TdReport;
import org.blindbook.attestation.format.Tee;

/**
 * What evidence is about, as far as a policy may ask.
 *
 * @param snp of a guest of SEV-SNP
 * @param product the line of its processor; absent when this program does not know it
 * @param td of a trust domain of TDX
 * @param fmspc of an Intel platform, lower-case hexadecimal; absent when it cannot be read
 */
record Subject(
    Tee tee,
    Optional<SnpReport> snp,
    Optional<SnpProduct> product,
    Optional<TdReport> td,
    Optional<String> fmspc) {

  static Subject of(SnpReport report, Optional<SnpProduct> product) {
    return new Subject(
        Tee.SEV_SNP, Optional.of(report), product, Optional.empty(), Optional.empty());
  }

  static Subject of(Tee tee, Optional<TdReport> td, Optional<String> fmspc) {
    return new Subject(tee, Optional.empty(), Optional.empty(), td, fmspc);
  }
}
