package org.blindbook.server.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Test;

/** The lengths are those of docs/protocol.md, with 16 bytes for each piece of 65,519. */
class ClientMessageTest {
  @Test
  void theOrderIsTheProtocols() {
    assertThat(ClientMessage.HANDSHAKE.next()).isEqualTo(ClientMessage.REQUEST);
    assertThat(ClientMessage.REQUEST.next()).isEqualTo(ClientMessage.ACKNOWLEDGEMENT);
    assertThat(ClientMessage.ACKNOWLEDGEMENT.next()).isEqualTo(ClientMessage.NOTHING);
    assertThat(ClientMessage.NOTHING.next()).isEqualTo(ClientMessage.NOTHING);
  }

  @Test
  void noMessageIsLongerThanTheProtocolHasIt() {
    for (EnclaveRole role : EnclaveRole.values()) {
      assertThat(ClientMessage.HANDSHAKE.maxBytes(role)).isEqualTo(1_632);
      assertThat(ClientMessage.ACKNOWLEDGEMENT.maxBytes(role)).isEqualTo(32);
      assertThat(ClientMessage.NOTHING.maxBytes(role)).isZero();
    }
    assertThat(ClientMessage.REQUEST.maxBytes(EnclaveRole.LOOKUP))
        .isEqualTo(112 + 17 * 32_768 + 9 * 16);
    assertThat(ClientMessage.REQUEST.maxBytes(EnclaveRole.EVALUATOR))
        .isEqualTo(48 + 32 * 32_768 + 17 * 16);
  }

  @Test
  void theSizeClassIsKnownByTheLength() {
    for (int capacity : List.of(64, 512, 32_768)) {
      int lookup = 112 + 17 * capacity + 16 * (1 + (111 + 17 * capacity) / 65_519);
      assertThat(ClientMessage.capacity(EnclaveRole.LOOKUP, lookup)).hasValue(capacity);
      assertThat(ClientMessage.capacity(EnclaveRole.LOOKUP, lookup + 1)).isEmpty();
      assertThat(ClientMessage.capacity(EnclaveRole.LOOKUP, lookup - 1)).isEmpty();
      int evaluation = 48 + 32 * capacity + 16 * (1 + (47 + 32 * capacity) / 65_519);
      assertThat(ClientMessage.capacity(EnclaveRole.EVALUATOR, evaluation)).hasValue(capacity);
      assertThat(ClientMessage.capacity(EnclaveRole.EVALUATOR, lookup)).isEmpty();
    }
    assertThat(ClientMessage.resultBytes(EnclaveRole.LOOKUP, 512)).isEqualTo(16 + 16 * 512 + 16);
    assertThat(ClientMessage.resultBytes(EnclaveRole.EVALUATOR, 64)).isEqualTo(80 + 32 * 64 + 16);
  }
}
