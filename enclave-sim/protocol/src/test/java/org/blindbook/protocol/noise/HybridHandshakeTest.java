package org.blindbook.protocol.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridHandshakeTest {
  private static final byte[] PROLOGUE = {1, 2, 3};
  private final SecureRandom random = new SecureRandom();
  private final StaticKey serverKey = StaticKey.generate(random);

  private record Pair(SecureChannel client, SecureChannel server) {}

  private Pair connect() throws NoiseException {
    ClientHandshake client = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random);
    byte[] message1 = client.writeMessage1();
    assertThat(message1).hasSize(ClientHandshake.MESSAGE_BYTES);
    ServerHandshake.Answer answer =
        new ServerHandshake(serverKey, PROLOGUE, random).answer(message1);
    assertThat(answer.message2()).hasSize(ClientHandshake.MESSAGE_BYTES);
    return new Pair(client.readMessage2(answer.message2()), answer.channel());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_518, 65_519, 65_520, 131_038, 557_168})
  void messagesOfAnyLengthArriveAndTheirSizeDependsOnTheirLengthOnly(int length) throws Exception {
    Pair pair = connect();
    byte[] message = new byte[length];
    new Random(length).nextBytes(message);
    byte[] sealed = pair.client.seal(message);
    assertThat(sealed).hasSize(SecureChannel.sealedLength(length));
    assertThat(pair.server.open(sealed)).isEqualTo(message);
    assertThat(pair.client.open(pair.server.seal(message))).isEqualTo(message);
  }

  @Test
  void everyChangedByteOfTheHandshakeIsNoticed() throws Exception {
    for (int at = 0; at < ClientHandshake.MESSAGE_BYTES; at += 17) {
      ClientHandshake client = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random);
      byte[] message1 = client.writeMessage1();
      byte[] changed1 = message1.clone();
      changed1[at] ^= 1;
      assertThatThrownBy(() -> new ServerHandshake(serverKey, PROLOGUE, random).answer(changed1))
          .isInstanceOf(NoiseException.class);
      byte[] message2 =
          new ServerHandshake(serverKey, PROLOGUE, random).answer(message1).message2();
      message2[at] ^= 0x40;
      assertThatThrownBy(() -> client.readMessage2(message2)).isInstanceOf(NoiseException.class);
    }
  }

  @Test
  void anotherPrologueOrAnotherServerKeyIsRefused() throws Exception {
    byte[] message1 = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random).writeMessage1();
    assertThatThrownBy(
            () -> new ServerHandshake(serverKey, new byte[] {9}, random).answer(message1))
        .isInstanceOf(NoiseException.class);
    assertThatThrownBy(
            () ->
                new ServerHandshake(StaticKey.generate(random), PROLOGUE, random).answer(message1))
        .isInstanceOf(NoiseException.class);
    assertThatThrownBy(() -> new ServerHandshake(serverKey, PROLOGUE, random).answer(new byte[9]))
        .isInstanceOf(NoiseException.class);
  }

  @Test
  void aServerKeyOfSmallOrderIsRefused() {
    ClientHandshake client = new ClientHandshake(new byte[32], PROLOGUE, random);
    assertThatThrownBy(client::writeMessage1).isInstanceOf(NoiseException.class);
  }

  @Test
  void repeatedCutOrSwappedPiecesCloseTheChannel() throws Exception {
    Pair repeated = connect();
    byte[] sealed = repeated.client.seal(new byte[100]);
    repeated.server.open(sealed);
    assertThatThrownBy(() -> repeated.server.open(sealed)).isInstanceOf(NoiseException.class);
    byte[] next = repeated.client.seal(new byte[1]);
    assertThatThrownBy(() -> repeated.server.open(next)).isInstanceOf(IllegalStateException.class);

    Pair cut = connect();
    byte[] two = cut.client.seal(new byte[100_000]);
    byte[] short1 = java.util.Arrays.copyOf(two, two.length - 1);
    assertThatThrownBy(() -> cut.server.open(short1)).isInstanceOf(NoiseException.class);
    assertThatThrownBy(() -> connect().server.open(new byte[3])).isInstanceOf(NoiseException.class);
    assertThatThrownBy(() -> connect().server.open(new byte[0])).isInstanceOf(NoiseException.class);
  }
}
