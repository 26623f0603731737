package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.client.World.contacts;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.junit.jupiter.api.Test;

/** Stored states are encrypted with the app's key. */
class StateCipherTest {
  private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes();

  private final StateCipher cipher = new StateCipher(KEY.clone(), new SecureRandom());
  private final World world = World.blinded();

  private static void assertUnreadable(StateCipher cipher, byte[] stored, String why) {
    assertThatThrownBy(() -> cipher.open(stored))
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            e -> assertThat(e.error()).isEqualTo(DiscoveryError.STATE_UNREADABLE))
        .hasMessageContaining(why);
  }

  @Test
  void opensWhatItSealedAndNoticesEveryChange() throws Exception {
    byte[] state = {1, 2, 3};
    byte[] sealed = cipher.seal(state);
    assertThat(state).containsOnly(0);
    assertThat(cipher.open(sealed)).containsExactly(1, 2, 3);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertUnreadable(cipher, changed, "stored state");
      assertUnreadable(cipher, Arrays.copyOf(sealed, i), "stored state");
    }
    byte[] other = KEY.clone();
    other[31] ^= 1;
    assertUnreadable(new StateCipher(other, new SecureRandom()), sealed, "another key");
    assertUnreadable(new StateCipher(null, new SecureRandom()), sealed, "no key");
  }

  @Test
  void usesNoSaltTwice() {
    Set<String> salts = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] sealed = cipher.seal(new byte[10]);
      assertThat(salts.add(Arrays.toString(Arrays.copyOfRange(sealed, 8, 40)))).isTrue();
    }
  }

  /** The nonce is constant: under one key, equal states would show which of their bytes changed. */
  @Test
  void encryptsEachStateWithAKeyOfItsOwn() {
    byte[] sealed = cipher.seal(new byte[10]);
    assertThat(Arrays.copyOfRange(cipher.seal(new byte[10]), 40, 50))
        .isNotEqualTo(Arrays.copyOfRange(sealed, 40, 50));
  }

  private static boolean contains(byte[] haystack, byte[] needle) {
    String text = new String(haystack, StandardCharsets.ISO_8859_1);
    return text.contains(new String(needle, StandardCharsets.ISO_8859_1));
  }

  @Test
  void nothingOfAContactIsInTheStoreWithAKeyAndEverythingWithoutOne() throws Exception {
    Identifier contact = contacts(3, 4).get(0);
    for (boolean encrypted : new boolean[] {true, false}) {
      world.store = new InMemoryStateStore();
      DiscoveryClient.Builder builder = world.builder();
      if (encrypted) {
        builder.stateKey(KEY);
      }
      world.enclave.answers = (request, reply) -> new byte[0];
      World.failure(builder.build(), contacts(0, 5));
      byte[] pending = world.store.load().orElseThrow();
      assertThat(contains(pending, contact.canonical().getBytes())).isEqualTo(!encrypted);
      world.enclave.answers = (request, reply) -> reply;
      builder.build().discover(contacts(0, 5)).toCompletableFuture().join();
      byte[] stored = world.store.load().orElseThrow();
      assertThat(contains(stored, LookupKey.truncated(contact).bytes())).isEqualTo(!encrypted);
    }
  }

  @Test
  void aStateOfTruncatedModeInClearIsReadAndThenEncrypted() throws Exception {
    World truncated = new World();
    truncated.discover(contacts(0, 10));
    byte[] plain = truncated.store.load().orElseThrow();
    assertThat(StateFormat.isOfTruncatedMode(plain)).isTrue();
    DiscoveryClient client = truncated.builder().stateKey(KEY).build();
    Discovery again = client.discover(contacts(0, 11)).toCompletableFuture().join();
    assertThat(again.permitsUsed()).isEqualTo(1);
    byte[] stored = truncated.store.load().orElseThrow();
    assertThat(StateFormat.isOfTruncatedMode(stored)).isFalse();
    assertThat(truncated.failure(contacts(0, 10)))
        .hasMessageContaining("is encrypted, and no key for it was given");
  }

  @Test
  void aStateOfBlindedModeInClearIsNotTakenWhereThereIsAKey() {
    world.discover(contacts(0, 3));
    DiscoveryClient client = world.builder().stateKey(KEY).build();
    DiscoveryException failure = World.failure(client, contacts(0, 3));
    assertThat(failure.error()).isEqualTo(DiscoveryError.STATE_UNREADABLE);
    assertThat(failure).hasMessageContaining("is not encrypted");
  }

  @Test
  void aKeyHas32Bytes() {
    assertThatThrownBy(() -> world.builder().stateKey(new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
