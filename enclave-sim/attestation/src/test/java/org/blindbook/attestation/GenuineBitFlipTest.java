package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.IntStream;
import org.blindbook.attestation.format.SnpReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three bits in each byte of the signed regions of genuine evidence: none may pass. */
class GenuineBitFlipTest {
  /** Length, signature and attestation key. */
  private static final int SIGNATURE = 4 + 64 + 64;

  /** QE report and its signature, length, authentication data. */
  private static final int CERTIFIED = 384 + 64 + 2 + 32;

  /** Type and length of what certifies the attestation key, from version 4 on. */
  private static final int NESTED = 2 + 4;

  @ParameterizedTest
  @CsvSource({
    // header, typed body from version 5 on, nested certification data from version 4 on
    "signal-cdsi-2026-06, 432, 0",
    "phala-tdx-v4, 632, 6",
    "lunal-tdx-v5-unsupported-tcb, 702, 6"
  })
  void noFlippedBitOfAQuoteIsAccepted(String name, int bodyEnd, int nested) throws IOException {
    assertThat(nested).isIn(0, NESTED);
    Vectors.Case genuine = Vectors.intel(name);
    assertNoFlipAccepted(
        genuine.quote(),
        bodyEnd + SIGNATURE + nested + CERTIFIED,
        genuine.collateral().encode(),
        genuine.binding(),
        genuine.probe("inside").orElseThrow());
  }

  @Test
  void noFlippedBitOfAReportIsAccepted() throws IOException {
    Vectors.Case genuine = Vectors.snp("snp-genoa-v5-lunal");
    assertNoFlipAccepted(
        genuine.file("report.bin"),
        SnpReport.BYTES,
        genuine.snpCollateral().encode(),
        Binding.none(),
        genuine.validFrom());
  }

  private static void assertNoFlipAccepted(
      byte[] evidence, int end, byte[] collateral, Binding binding, Instant inside) {
    AppraisalPolicy policy = AppraisalPolicy.anyGenuineEnclave();
    assertThat(Verifier.verify(evidence, collateral, binding, policy, inside).authentic()).isTrue();
    IntStream.range(0, end)
        .parallel()
        .forEach(
            at -> {
              for (int bit : new int[] {at % 8, (at + 3) % 8, (at + 6) % 8}) {
                byte[] changed = evidence.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThat(
                        Verifier.verify(changed, collateral, binding, policy, inside).authentic())
                    .as("bit %d of byte %d", bit, at)
                    .isFalse();
              }
            });
  }
}
