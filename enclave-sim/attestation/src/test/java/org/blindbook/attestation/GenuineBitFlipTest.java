package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three bits in each byte of a genuine quote's signed regions: none may pass. */
class GenuineBitFlipTest {
  private static final int BODY_END = 48 + 384;
  private static final int SIGNATURE = BODY_END + 4;

  /** Signature, attestation key, QE report and its signature, length, authentication data. */
  private static final int SIGNED_END = SIGNATURE + 64 + 64 + 384 + 64 + 2 + 32;

  @Test
  void noFlippedBitIsAccepted() throws IOException {
    Vectors.Case genuine = Vectors.sgx("signal-cdsi-2026-06");
    byte[] quote = genuine.quote();
    byte[] collateral = genuine.collateral().encode();
    Binding binding = genuine.binding();
    Instant inside = genuine.probe("inside").orElseThrow();
    AppraisalPolicy policy = AppraisalPolicy.anyIntelEnclave();
    assertThat(Verifier.verify(quote, collateral, binding, policy, inside).authentic()).isTrue();

    IntStream.range(0, SIGNED_END)
        .parallel()
        .forEach(
            at -> {
              for (int bit : new int[] {at % 8, (at + 3) % 8, (at + 6) % 8}) {
                byte[] changed = quote.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThat(
                        Verifier.verify(changed, collateral, binding, policy, inside).authentic())
                    .as("bit %d of byte %d", bit, at)
                    .isFalse();
              }
            });
  }
}
