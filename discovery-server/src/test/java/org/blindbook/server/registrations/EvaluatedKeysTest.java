package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EvaluatedKeysTest {
  private ScriptedEvaluator evaluator;

  @BeforeEach
  void start() throws Exception {
    evaluator = new ScriptedEvaluator();
  }

  @AfterEach
  void stop() {
    evaluator.close();
  }

  private String publicKey() {
    return evaluator.key.publicKey().toString();
  }

  private EvaluatedKeys sealed() throws LoadException {
    return EvaluatedKeys.sealed(
        evaluator.url(), "credential", ScriptedEvaluator.EPOCH, Optional.empty());
  }

  private EvaluatedKeys blinded() throws LoadException {
    return EvaluatedKeys.blinded(
        evaluator.url(), "credential", ScriptedEvaluator.EPOCH, Optional.of(publicKey()));
  }

  private static List<Identifier> users(int from, int count) throws Exception {
    List<Identifier> users = new ArrayList<>();
    for (int n = from; n < from + count; n++) {
      users.add(Identifier.parse("+49301" + (1_000_000 + n)));
    }
    return users;
  }

  private byte[] expected(List<Identifier> users) throws Exception {
    return evaluator.keysOf(users.stream().map(LookupKey::blindedInput).toList());
  }

  private void assertFails(LookupKeys keys, String sentence) throws Exception {
    CompletableFuture<byte[]> made = keys.keysOf(users(0, 2));
    assertThatThrownBy(made::join)
        .cause()
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void bothWaysGiveTheSameKeysAndShowNoIdentifier() throws Exception {
    List<Identifier> users = users(0, 3);
    try (EvaluatedKeys sealed = sealed();
        EvaluatedKeys blinded = blinded()) {
      assertThat(sealed.keysOf(users).join()).isEqualTo(expected(users));
      assertThat(blinded.keysOf(users).join()).isEqualTo(expected(users));
      byte[] name = sealed.nameOf(new byte[32]).orElseThrow().join();
      assertThat(name).hasSize(16);
      assertThat(blinded.nameOf(new byte[32]).orElseThrow().join()).isEqualTo(name);
    }
    assertThat(evaluator.bodies).hasSize(4);
    for (byte[] body : evaluator.bodies) {
      assertThat(new String(body, ISO_8859_1)).doesNotContain("4930110", "load:", "000000");
    }
  }

  /** The channel key changes while many batches are under way: each is sealed anew. */
  @Test
  void aLoadOutlivesManyChannelKeys() throws Exception {
    evaluator.batchesPerKey = 7;
    try (EvaluatedKeys keys = sealed()) {
      List<CompletableFuture<byte[]>> made = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        made.add(keys.keysOf(users(3 * i, 3)));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(made.get(i).join()).isEqualTo(expected(users(3 * i, 3)));
      }
    }
    assertThat(evaluator.offers.get()).isBetween(6, 20);
  }

  @Test
  void aServerWithoutAnyGoodChannelKeyIsGivenUp() throws Exception {
    evaluator.batchesPerKey = 1;
    try (EvaluatedKeys keys = sealed()) {
      assertFails(keys, "did not evaluate with the key");
    }
  }

  /** After a restart another evaluator may answer: its keys would find nobody. */
  @Test
  void anotherEvaluatorIsRefusedAtTheStartAndLater() throws Exception {
    String another = "ab".repeat(32);
    assertThatThrownBy(
            () ->
                EvaluatedKeys.sealed(
                    evaluator.url(), "", ScriptedEvaluator.EPOCH, Optional.of(another)))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("another public key");
    assertThatThrownBy(
            () -> EvaluatedKeys.blinded(evaluator.url(), "", 9, Optional.of(publicKey())))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("another epoch than 9");
    try (EvaluatedKeys keys = sealed()) {
      evaluator.key = EvaluatorKey.random(new SecureRandom());
      evaluator.refusals.add(410);
      assertFails(keys, "another public key");
    }
  }

  @Test
  void aBlindedLoadBelievesNoAnswerWithoutItsProof() throws Exception {
    try (EvaluatedKeys keys = blinded()) {
      for (int at : new int[] {16, 16 + 32 * 64, 4}) {
        evaluator.answer =
            bytes -> {
              bytes[at] ^= 1;
              return bytes;
            };
        assertFails(keys, "nothing of its answer was loaded");
      }
      evaluator.answer = bytes -> Arrays.copyOf(bytes, bytes.length - 1);
      assertFails(keys, "nothing of its answer was loaded");
      evaluator.answer = bytes -> bytes;
      evaluator.key = EvaluatorKey.random(new SecureRandom());
      assertFails(keys, "nothing of its answer was loaded");
    }
    evaluator.answer = bytes -> Arrays.copyOf(bytes, 16);
    try (EvaluatedKeys keys = sealed()) {
      assertFails(keys, "nothing of its answer was loaded");
    }
  }

  @Test
  void busyServersAreAskedAgainAndRefusalsAreSentences() throws Exception {
    try (EvaluatedKeys keys = sealed()) {
      evaluator.refusals.addAll(List.of(503, 503));
      assertThat(keys.keysOf(users(0, 1)).join()).isEqualTo(expected(users(0, 1)));
      evaluator.refusals.add(401);
      assertFails(keys, "does not accept the load credential");
      evaluator.refusals.add(429);
      assertFails(keys, "limit for today is reached");
      evaluator.refusals.add(409);
      assertFails(keys, "another epoch");
      evaluator.refusals.add(400);
      assertFails(keys, "use the version that serves there");
      evaluator.refusals.add(500);
      assertFails(keys, "HTTP status 500");
    }
  }
}
