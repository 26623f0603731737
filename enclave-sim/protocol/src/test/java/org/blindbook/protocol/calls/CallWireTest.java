package org.blindbook.protocol.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Random;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.Test;

class CallWireTest {
  @Test
  void callsAndAnswersSurviveTheWire() throws Exception {
    CallWire.Open open = CallWire.decodeOpen(CallWire.encode(new CallWire.Open(b(32), b(0))));
    assertThat(open.account()).isEqualTo(b(32));
    assertThat(open.clientNonce()).isEmpty();
    Offer offer = new Offer(b(176), b(100), b(200));
    Opened opened = CallWire.decodeOpened(CallWire.encode(new Opened(7, offer)));
    assertThat(opened.session()).isEqualTo(7);
    assertThat(opened.offer().encode()).isEqualTo(offer.encode());
    CallWire.Receive receive =
        CallWire.decodeReceive(CallWire.encode(new CallWire.Receive(9, b(1000), b(30))));
    assertThat(receive.session()).isEqualTo(9);
    assertThat(receive.message()).isEqualTo(b(1000));
    assertThat(receive.ledger()).isEqualTo(b(30));
    for (SessionEnd end : SessionEnd.values()) {
      Received received = CallWire.decodeReceived(CallWire.encode(new Received(b(5), b(6), end)));
      assertThat(received.close()).isEqualTo(end);
      assertThat(received.reply()).isEqualTo(b(5));
      assertThat(received.ledger()).isEqualTo(b(6));
    }
    Stats stats = new Stats(1, 2, 3, 4, 5, true);
    assertThat(CallWire.decodeStats(CallWire.encode(stats))).isEqualTo(stats);
    assertThat(CallWire.decodeNumber(CallWire.encodeNumber(-3))).isEqualTo(-3);
    Update update = Update.decode(new Update(77, b(64)).encode());
    assertThat(update.sequence()).isEqualTo(77);
    assertThat(update.count()).isEqualTo(2);
    assertThat(update.entries()).isEqualTo(b(64));
  }

  @Test
  void anythingElseIsABadCall() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      try {
        CallWire.decodeOpen(bytes);
        CallWire.decodeReceive(bytes);
        CallWire.decodeReceived(bytes);
        CallWire.decodeOpened(bytes);
        CallWire.decodeStats(bytes);
        Update.decode(bytes);
      } catch (CallException e) {
        assertThat(e.error()).isEqualTo(CallError.BAD_CALL);
      }
    }
    assertThatThrownBy(() -> new Update(0, b(33))).isInstanceOf(IllegalArgumentException.class);
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
