package org.blindbook.enclave.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Random;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.SecureChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final byte[] PROLOGUE = {1, 2, 3};
  private final SecureRandom random = new SecureRandom();
  private final StaticKey serverKey = StaticKey.generate(random);

  private record Pair(SecureChannel client, SecureChannel server) {}

  private Pair connect() throws NoiseException {
    ClientHandshake client = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random);
    byte[] message1 = client.writeMessage1();
    assertThat(message1).hasSize(Handshake.MESSAGE_BYTES);
    Responder.Answer answer = new Responder(serverKey, PROLOGUE, random).answer(message1);
    assertThat(answer.message2()).hasSize(Handshake.MESSAGE_BYTES);
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
    for (int at = 0; at < Handshake.MESSAGE_BYTES; at += 17) {
      ClientHandshake client = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random);
      byte[] message1 = client.writeMessage1();
      byte[] changed1 = message1.clone();
      changed1[at] ^= 1;
      assertThatThrownBy(() -> new Responder(serverKey, PROLOGUE, random).answer(changed1))
          .isInstanceOf(NoiseException.class);
      byte[] message2 = new Responder(serverKey, PROLOGUE, random).answer(message1).message2();
      message2[at] ^= 0x40;
      assertThatThrownBy(() -> client.readMessage2(message2)).isInstanceOf(NoiseException.class);
    }
  }

  @Test
  void anotherPrologueOrAnotherServerKeyIsRefused() throws Exception {
    byte[] message1 = new ClientHandshake(serverKey.publicKey(), PROLOGUE, random).writeMessage1();
    assertThatThrownBy(() -> new Responder(serverKey, new byte[] {9}, random).answer(message1))
        .isInstanceOf(NoiseException.class);
    assertThatThrownBy(
            () -> new Responder(StaticKey.generate(random), PROLOGUE, random).answer(message1))
        .isInstanceOf(NoiseException.class);
    assertThatThrownBy(() -> new Responder(serverKey, PROLOGUE, random).answer(new byte[9]))
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

  /** What the client sends may be hostile: keys of small order, and KEM keys that are none. */
  @Test
  void clientKeysThatAreNoneAreRefused() throws Exception {
    assertThatThrownBy(() -> X25519.agree(new byte[32], new byte[32]))
        .isInstanceOf(NoiseException.class);
    byte[] notReduced = new byte[Handshake.KEM_BYTES];
    java.util.Arrays.fill(notReduced, (byte) 0xff);
    assertThatThrownBy(() -> MlKem.encapsulate(notReduced, random))
        .isInstanceOf(NoiseException.class);
    assertThatThrownBy(() -> MlKem.encapsulate(new byte[9], random))
        .isInstanceOf(NoiseException.class);
  }

  /** RFC 7748, section 5.2 (the second has the top bit of u set). */
  @Test
  void agreementIsThatOfTheStandard() throws Exception {
    java.util.HexFormat hex = java.util.HexFormat.of();
    String[][] vectors = {
      {
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
      },
      {
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
      }
    };
    for (String[] vector : vectors) {
      assertThat(X25519.agree(hex.parseHex(vector[0]), hex.parseHex(vector[1])))
          .isEqualTo(hex.parseHex(vector[2]));
    }
  }
}
