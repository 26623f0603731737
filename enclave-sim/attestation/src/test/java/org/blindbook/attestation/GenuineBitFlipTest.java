package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.IntStream;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.SnpReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"signal-cdsi-2026-06", "phala-tdx-v4"})
  void noFlippedBitOfARevocationListIsAccepted(String name) throws IOException {
    Vectors.Case genuine = Vectors.intel(name);
    Collateral c = genuine.collateral();
    AppraisalPolicy policy = AppraisalPolicy.anyGenuineEnclave();
    byte[] quote = genuine.quote();
    Binding binding = genuine.binding();
    Instant inside = genuine.probe("inside").orElseThrow();
    for (boolean root : new boolean[] {true, false}) {
      byte[] list = root ? c.rootCrl() : c.pckCrl();
      flips(list.length)
          .forEach(
              flip -> {
                byte[] changed = flipped(list, flip);
                Collateral collateral =
                    new Collateral(
                        c.tcbInfo(),
                        c.tcbChain(),
                        c.qeIdentity(),
                        c.qeChain(),
                        root ? changed : c.rootCrl(),
                        root ? c.pckCrl() : changed);
                assertThat(
                        Verifier.verify(quote, collateral.encode(), binding, policy, inside)
                            .authentic())
                    .as("bit %d", flip)
                    .isFalse();
              });
    }
  }

  /** Three bits of each byte, as offsets in bits. */
  private static IntStream flips(int bytes) {
    return IntStream.range(0, 3 * bytes)
        .parallel()
        .map(i -> 8 * (i / 3) + (i / 3 + 3 * (i % 3)) % 8);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return changed;
  }

  private static void assertNoFlipAccepted(
      byte[] evidence, int end, byte[] collateral, Binding binding, Instant inside) {
    AppraisalPolicy policy = AppraisalPolicy.anyGenuineEnclave();
    assertThat(Verifier.verify(evidence, collateral, binding, policy, inside).authentic()).isTrue();
    flips(end)
        .forEach(
            flip ->
                assertThat(
                        Verifier.verify(
                                flipped(evidence, flip), collateral, binding, policy, inside)
                            .authentic())
                    .as("bit %d", flip)
                    .isFalse());
  }
}
