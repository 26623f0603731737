package org.blindbook.protocol.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.Test;

class CallWireTest {
  @Test
  void argumentsAreReadAsTheyAreDocumented() throws Exception {
    byte[] opening = ByteBuffer.allocate(40).putInt(32).put(b(32)).putInt(0).array();
    CallWire.Open open = CallWire.Open.decode(opening);
    assertThat(open.account()).isEqualTo(b(32));
    assertThat(open.clientNonce()).isEmpty();
    byte[] receiving =
        ByteBuffer.allocate(46).putLong(9).putInt(10).put(b(10)).putInt(20).put(b(20)).array();
    CallWire.Receive receive = CallWire.Receive.decode(receiving);
    assertThat(receive.session()).isEqualTo(9);
    assertThat(receive.message()).isEqualTo(b(10));
    assertThat(receive.ledger()).isEqualTo(b(20));
    assertThat(CallWire.decodeNumber(ByteBuffer.allocate(8).putLong(-3).array())).isEqualTo(-3);
  }

  @Test
  void resultsAreWrittenAsTheyAreDocumented() {
    Offer offer = new Offer(Claims.truncated(b(32), 1, b(32), b(32)), b(68), b(100), b(200));
    byte[] opened = CallWire.encode(new Opened(7, offer));
    assertThat(ByteBuffer.wrap(opened).getLong()).isEqualTo(7);
    assertThat(Arrays.copyOfRange(opened, 8, opened.length)).isEqualTo(offer.encode());
    assertThat(CallWire.encode(new Received(b(2), b(1), SessionEnd.WRONG_EPOCH)))
        .isEqualTo(
            ByteBuffer.allocate(12).put((byte) 4).putInt(2).put(b(2)).putInt(1).put(b(1)).array());
    assertThat(CallWire.encode(new Stats(258, true))).containsExactly(0, 0, 1, 2, 1);
  }

  @Test
  void numbersOnTheWireAreWhatTheyAlwaysWere() {
    assertThat(Arrays.stream(SessionEnd.values()).map(SessionEnd::wire))
        .containsExactly(0, 1, 2, 4); // 3 was an invalid token
    assertThat(Arrays.stream(CallError.values()).map(CallError::wire))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void anythingElseIsABadCall() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      try {
        if (random.nextBoolean()) {
          CallWire.Open.decode(bytes);
        } else {
          CallWire.Receive.decode(bytes);
        }
      } catch (CallException e) {
        assertThat(e.error()).isEqualTo(CallError.BAD_CALL);
      }
    }
    assertThatThrownBy(() -> CallWire.decodeNumber(new byte[9])).isInstanceOf(CallException.class);
  }

  @Test
  void framesSurviveTheSocketAndImpossibleLengthsEndIt() throws Exception {
    byte[] bytes = new CallFrame(5, CallWire.STATS, b(9)).encode().array();
    CallFrame frame = CallFrame.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(frame.call()).isEqualTo(5);
    assertThat(frame.kind()).isEqualTo(CallWire.STATS);
    assertThat(frame.payload()).isEqualTo(b(9));
    byte[] huge = {0x7f, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> CallFrame.read(new DataInputStream(new ByteArrayInputStream(huge))))
        .isInstanceOf(IOException.class);
  }

  private static byte[] b(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
