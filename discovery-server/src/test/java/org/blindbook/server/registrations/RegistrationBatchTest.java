package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RegistrationBatchTest {
  @Test
  void aBatchRefusesWhatIsNoRegistration() {
    RegistrationBatch batch = new RegistrationBatch();
    byte[] account = new byte[16];
    account[15] = 1;
    assertThatThrownBy(() -> batch.register(new byte[16], new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.register(new byte[15], account))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.delete(new byte[17]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(batch.size()).isZero();
  }

  /** As keys may be that are no digests. It used to take the square of their number. */
  @Test
  @Timeout(20)
  void keysThatBeginAlikeAreSortedAndTheLastOfEachCounts() {
    int keys = 300_000;
    RegistrationBatch batch = new RegistrationBatch();
    for (int round = 1; round <= 2; round++) {
      for (int i = keys; i > 0; i--) {
        batch.register(number(i), number(round));
      }
    }
    int[] offsets = batch.sortedOffsets();
    assertThat(offsets).hasSize(keys);
    for (int i = 0; i < keys; i++) {
      assertThat(Arrays.copyOfRange(batch.entries(), offsets[i], offsets[i] + 16))
          .isEqualTo(number(i + 1));
      assertThat(batch.entries()[offsets[i] + 31]).isEqualTo((byte) 2);
    }
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(16).putInt(12, number).array();
  }
}
