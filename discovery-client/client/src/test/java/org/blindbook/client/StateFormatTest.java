package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateFormatTest {
  private static byte[] bytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static List<LookupKey> keys(List<Identifier> contacts) {
    return contacts.stream().map(LookupKey::truncated).toList();
  }

  private static final byte[] NONCE =
      ClientState.empty(bytes(32, 1), bytes(16, 7)).retryNonce(bytes(16, 2));

  private static ClientState pending() {
    return ClientState.empty(bytes(32, 1), bytes(16, 7))
        .planning(keys(World.contacts(0, 10)), NONCE)
        .granted(bytes(64, 3))
        .withCollateral(bytes(100, 4))
        .planning(keys(World.contacts(3, 12)), NONCE);
  }

  static Stream<ClientState> states() {
    return Stream.of(
        ClientState.empty(bytes(32, 1), bytes(16, 7)), pending(), pending().granted(bytes(64, 6)));
  }

  @ParameterizedTest
  @MethodSource("states")
  void readsWhatItWrote(ClientState state) throws Exception {
    ClientState read = StateFormat.decode(StateFormat.encode(state));
    assertThat(read.owner()).isEqualTo(state.owner());
    assertThat(read.device()).isEqualTo(state.device());
    assertThat(read.token()).isEqualTo(state.token());
    assertThat(read.paid()).isEqualTo(state.paid());
    assertThat(read.covered()).isEqualTo(state.covered());
    assertThat(read.collateral()).isEqualTo(state.collateral());
    assertThat(read.pending() == null).isEqualTo(state.pending() == null);
    if (state.pending() != null) {
      assertThat(read.pending().retryNonce()).isEqualTo(state.pending().retryNonce());
      assertThat(read.pending().fresh()).hasSize(2).isEqualTo(state.pending().fresh());
      assertThat(read.pending().discarded()).hasSize(3).isEqualTo(state.pending().discarded());
    }
  }

  private static void assertUnreadable(byte[] state) {
    assertThatThrownBy(() -> StateFormat.decode(state))
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            e -> assertThat(e.error()).isEqualTo(DiscoveryError.STATE_UNREADABLE));
  }

  @Test
  void noticesEveryChangedByteAndEveryMissingEnd() {
    byte[] state = StateFormat.encode(pending());
    for (int i = 0; i < state.length; i++) {
      byte[] changed = state.clone();
      changed[i] ^= 4;
      assertUnreadable(changed);
      assertUnreadable(Arrays.copyOf(state, i));
    }
    assertUnreadable(Arrays.copyOf(state, state.length + 1));
  }

  /** Lengths at 72 (token), 76 (paid), 80 (fresh), 84 (discarded), 88 (collateral). */
  @ParameterizedTest
  @ValueSource(ints = {72, 76, 80, 84, 88})
  void refusesLengthsThatDoNotAddUpEvenWithARightSum(int at) {
    for (int wrong : new int[] {-1, 1, 0x7fffffff, 1 << 28}) {
      byte[] state = StateFormat.encode(pending());
      ByteBuffer.wrap(state).putInt(at, wrong);
      byte[] sum = Sha256.of(Arrays.copyOf(state, state.length - 32));
      System.arraycopy(sum, 0, state, state.length - 32, 32);
      assertUnreadable(state);
    }
  }
}
