package org.blindbook.protocol.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentifierBatchTest {
  private static final IdentifierBatch BATCH =
      new IdentifierBatch(7, List.of(new byte[] {1, 2}, new byte[0], new byte[1024]));

  @Test
  void aBatchSurvivesTheWire() throws Exception {
    IdentifierBatch read = IdentifierBatch.decode(BATCH.encode());
    assertThat(read.epoch()).isEqualTo(7);
    assertThat(read.identifiers()).containsExactlyElementsOf(BATCH.identifiers());
    assertThat(read.toString()).isEqualTo("IdentifierBatch[3 hidden]");
  }

  @Test
  void whatIsNoBatchIsRefused() {
    byte[] good = BATCH.encode();
    for (int length = 0; length < good.length; length += 13) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> IdentifierBatch.decode(cut)).isInstanceOf(CallException.class);
    }
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(20)] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(IdentifierBatch.decode(bytes).encode()).isEqualTo(bytes);
      } catch (CallException expected) {
        assertThat(expected.error()).isEqualTo(CallError.BAD_CALL);
      }
    }
    List<byte[]> tooMany = Collections.nCopies(IdentifierBatch.MAX + 1, new byte[1]);
    assertThatThrownBy(() -> new IdentifierBatch(1, tooMany))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
