package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
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
    return HexFormat.of().formatHex(evaluator.key.publicKey());
  }

  private EvaluatedKeys trusting() throws LoadException {
    return EvaluatedKeys.blinded(
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
  void keysAreTheFunctionsAndNothingThatTravelsShowsAnIdentifier() throws Exception {
    List<Identifier> users = users(0, 3);
    try (EvaluatedKeys keys = blinded();
        EvaluatedKeys others = trusting()) {
      assertThat(keys.keysOf(users).join()).isEqualTo(expected(users));
      assertThat(others.keysOf(users).join()).isEqualTo(expected(users));
      byte[] name = keys.nameOf(new byte[32]).orElseThrow().join();
      assertThat(name).hasSize(16);
      assertThat(others.nameOf(new byte[32]).orElseThrow().join()).isEqualTo(name);
    }
    assertThat(evaluator.bodies).hasSize(4);
    for (byte[] body : evaluator.bodies) {
      assertThat(new String(body, ISO_8859_1)).doesNotContain("4930110", "load:", "000000");
    }
  }

  @Test
  void aFullBatchIsOneRequestAndManyMayBeUnderWay() throws Exception {
    try (EvaluatedKeys keys = blinded()) {
      List<CompletableFuture<byte[]>> made = new ArrayList<>();
      made.add(keys.keysOf(users(0, LookupKeys.BATCH)));
      for (int i = 0; i < 10; i++) {
        made.add(keys.keysOf(users(3 * i, 3)));
      }
      assertThat(made.get(0).join()).isEqualTo(expected(users(0, LookupKeys.BATCH)));
      for (int i = 0; i < 10; i++) {
        assertThat(made.get(i + 1).join()).isEqualTo(expected(users(3 * i, 3)));
      }
    }
    assertThat(evaluator.bodies).hasSize(11);
  }

  /** After a restart another evaluator may answer: its keys would find nobody. */
  @Test
  void anotherEvaluatorIsRefusedAtTheStartAndLater() throws Exception {
    String another = "ab".repeat(32);
    assertThatThrownBy(
            () ->
                EvaluatedKeys.blinded(
                    evaluator.url(), "", ScriptedEvaluator.EPOCH, Optional.of(another)))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("another public key");
    assertThatThrownBy(
            () -> EvaluatedKeys.blinded(evaluator.url(), "", 9, Optional.of(publicKey())))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("another epoch than 9");
    for (EvaluatedKeys started : List.of(blinded(), trusting())) {
      EvaluatorKey before = evaluator.key;
      try (EvaluatedKeys keys = started) {
        evaluator.key = EvaluatorKey.random(new SecureRandom());
        assertFails(keys, "nothing of its answer was loaded");
      }
      evaluator.key = before;
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
      evaluator.answer =
          bytes -> {
            byte[] first = Arrays.copyOfRange(bytes, 16, 48);
            System.arraycopy(bytes, 48, bytes, 16, 32);
            System.arraycopy(first, 0, bytes, 48, 32);
            return bytes;
          };
      assertFails(keys, "nothing of its answer was loaded");
    }
  }

  @Test
  void busyServersAreAskedAgainAndRefusalsAreSentences() throws Exception {
    try (EvaluatedKeys keys = blinded()) {
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
      evaluator.refusals.add(404);
      assertFails(keys, "no Blindbook evaluator");
      evaluator.refusals.add(413);
      assertFails(keys, "use the version that serves there");
      evaluator.refusals.add(500);
      assertFails(keys, "HTTP status 500");
    }
  }
}
