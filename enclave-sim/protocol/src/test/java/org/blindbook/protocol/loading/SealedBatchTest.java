package org.blindbook.protocol.loading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.OneWayMessage;
import org.blindbook.protocol.noise.StaticKey;
import org.junit.jupiter.api.Test;

class SealedBatchTest {
  private static final int HEADER_BYTES = 48;

  private final SecureRandom random = new SecureRandom();
  private final StaticKey key = StaticKey.generate(random);

  private SealedBatch batch(List<byte[]> identifiers) throws NoiseException {
    return SealedBatch.seal(key.publicKey(), 7, identifiers, random);
  }

  private static List<byte[]> identifiers() {
    return List.of("tel:+4930901820".getBytes(US_ASCII), new byte[0], new byte[1024]);
  }

  @Test
  void aBatchSurvivesTheWire() throws Exception {
    SealedBatch read = SealedBatch.decode(batch(identifiers()).encoded());
    assertThat(read.epoch()).isEqualTo(7);
    assertThat(read.count()).isEqualTo(3);
    assertThat(read.channelKey()).isEqualTo(key.publicKey());
    assertThat(read.open(key, random)).containsExactlyElementsOf(identifiers());
    assertThat(read.toString()).isEqualTo("SealedBatch[3 sealed]");
    assertThat(EvaluationRequest.is(read.encoded())).isFalse();
    assertThat(new String(read.encoded(), US_ASCII)).doesNotContain("30901820");
  }

  @Test
  void theLargestBatchHasTheLargestSize() throws Exception {
    SealedBatch largest = batch(Collections.nCopies(SealedBatch.MAX, new byte[1024]));
    assertThat(largest.encoded()).hasSize(SealedBatch.MAX_BYTES);
    assertThat(SealedBatch.decode(largest.encoded()).open(key, random)).hasSize(SealedBatch.MAX);
    byte[] longer = Arrays.copyOf(largest.encoded(), SealedBatch.MAX_BYTES + 1);
    assertThatThrownBy(() -> SealedBatch.decode(longer))
        .isInstanceOf(MalformedMessageException.class);
    List<byte[]> tooMany = Collections.nCopies(SealedBatch.MAX + 1, new byte[1]);
    for (List<byte[]> bad : List.of(tooMany, List.<byte[]>of(), List.of(new byte[1025]))) {
      assertThatThrownBy(() -> batch(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void everyChangedByteIsRefused() throws Exception {
    byte[] good = batch(identifiers().subList(0, 2)).encoded();
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThatThrownBy(() -> SealedBatch.decode(bad).open(key, random))
          .as("byte %d", at)
          .isInstanceOf(MalformedMessageException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> SealedBatch.decode(cut).open(key, random))
          .as("%d bytes", length)
          .isInstanceOf(MalformedMessageException.class);
    }
    assertThatThrownBy(() -> SealedBatch.decode(good).open(StaticKey.generate(random), random))
        .isInstanceOf(MalformedMessageException.class);
  }

  /** What only a loader can do: seal something else than its header says. */
  @Test
  void anotherCountThanTheHeaderSaysIsRefused() throws Exception {
    byte[] header = Arrays.copyOf(batch(identifiers()).encoded(), HEADER_BYTES);
    byte[] two = {0, 1, 'a', 0, 1, 'b'};
    byte[] three = {0, 1, 'a', 0, 1, 'b', 0, 0};
    byte[] four = {0, 1, 'a', 0, 1, 'b', 0, 0, 0, 0};
    byte[] cut = {0, 1, 'a', 0, 1, 'b', 0};
    byte[] tooLong = {0, 1, 'a', 0, 1, 'b', 0, 2, 'c'};
    assertThat(sealed(header, three).open(key, random)).hasSize(3);
    for (byte[] bad : List.of(two, four, cut, tooLong)) {
      SealedBatch batch = sealed(header, bad);
      assertThatThrownBy(() -> batch.open(key, random))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  private SealedBatch sealed(byte[] header, byte[] plain) throws Exception {
    byte[] domain = "blindbook bulk evaluation v1".getBytes(US_ASCII);
    byte[] prologue =
        ByteBuffer.allocate(domain.length + header.length).put(domain).put(header).array();
    byte[] sealed = OneWayMessage.seal(key.publicKey(), prologue, plain, random);
    return SealedBatch.decode(
        ByteBuffer.allocate(header.length + sealed.length).put(header).put(sealed).array());
  }
}
