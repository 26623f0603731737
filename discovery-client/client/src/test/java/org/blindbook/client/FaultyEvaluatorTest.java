package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.blindbook.protocol.oprf.OprfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An attested evaluator that answers wrongly: nothing of its answer is used, nothing paid twice.
 */
class FaultyEvaluatorTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final World world = World.blinded();

  private interface Fault extends BiFunction<EvaluationRequest, byte[], byte[]> {}

  private static byte[] reply(EvaluationRequest request, EvaluatorKey key, byte[] elements) {
    try {
      int all = elements.length / EvaluationRequest.ELEMENT_BYTES;
      Evaluation evaluation =
          new Evaluator(key).evaluate(elements, all, new byte[EvaluationRequest.NONCE_BYTES]);
      return EvaluationReply.encode(
          request.epoch(), evaluation.elements(), evaluation.prove(RANDOM));
    } catch (OprfException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] elements(byte[] reply) {
    return Arrays.copyOfRange(reply, EvaluationReply.ELEMENTS_AT, reply.length - 64);
  }

  private static byte[] proof(byte[] reply) {
    return Arrays.copyOfRange(reply, reply.length - 64, reply.length);
  }

  private static byte[] withElement(EvaluationRequest request, byte[] reply, byte[] first) {
    byte[] elements = elements(reply);
    System.arraycopy(first, 0, elements, 0, first.length);
    return EvaluationReply.encode(request.epoch(), elements, proof(reply));
  }

  static Stream<Arguments> faults() {
    DiscoveryError unproven = DiscoveryError.UNPROVEN_EVALUATION;
    DiscoveryError malformed = DiscoveryError.PROTOCOL_VIOLATION;
    Fault otherKey =
        (request, reply) -> reply(request, EvaluatorKey.random(RANDOM), request.elements());
    Fault reordered =
        (request, reply) -> {
          byte[] second = Arrays.copyOfRange(elements(reply), 32, 64);
          byte[] both = Arrays.copyOf(second, 64);
          System.arraycopy(elements(reply), 0, both, 32, 32);
          return withElement(request, reply, both);
        };
    Fault flippedProof =
        (request, reply) -> {
          byte[] encoded = reply.clone();
          encoded[encoded.length - 1] ^= 1;
          return encoded;
        };
    Fault noElement = (request, reply) -> withElement(request, reply, filled(0xff));
    Fault identity = (request, reply) -> withElement(request, reply, filled(0));
    Fault largerClass =
        (request, reply) ->
            EvaluationReply.encode(request.epoch(), new byte[128 * 32], proof(reply));
    Fault otherEpoch =
        (request, reply) ->
            EvaluationReply.encode(request.epoch() + 1, elements(reply), proof(reply));
    Fault cut = (request, reply) -> Arrays.copyOf(reply, reply.length - 1);
    Fault echo = (request, reply) -> withElement(request, reply, request.elements());
    return Stream.of(
        Arguments.of("another key", otherKey, unproven),
        Arguments.of("another order", reordered, unproven),
        Arguments.of("a changed proof", flippedProof, unproven),
        Arguments.of("the question for an answer", echo, unproven),
        Arguments.of("bytes that are no element", noElement, unproven),
        Arguments.of("the identity", identity, unproven),
        Arguments.of("more elements", largerClass, malformed),
        Arguments.of("another epoch", otherEpoch, malformed),
        Arguments.of("a cut answer", cut, malformed));
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void isRefused(String name, Fault fault, DiscoveryError error) throws Exception {
    world.registerEvery(3, 20);
    world.enclave.answers = fault;
    assertRefused(error);
  }

  private void assertRefused(DiscoveryError error) throws Exception {
    int sentBefore = world.transport.sent.size();
    DiscoveryException failure = world.failure(contacts(0, 20));
    assertThat(failure.error()).isEqualTo(error);
    assertThat(world.pauses).isEmpty();
    // Handshake, evaluation request, acknowledgement, and no lookup.
    assertThat(world.transport.sent).hasSize(sentBefore + 3);
    assertThat(world.transport.open).isZero();
    EpochOutputs stored = StateFormat.decode(world.store.load().orElseThrow()).epochs().get(0);
    assertThat(stored.keys()).isEmpty();
    assertThat(stored.pending()).isNotNull();
    int charged = world.charged();
    world.enclave.answers = (request, reply) -> reply;
    assertThat(world.discover(contacts(0, 20)).matches()).isEqualTo(matches(3, 0, 20));
    assertThat(world.charged()).isEqualTo(charged);
  }

  @Test
  void anAnswerFromAnEarlierConnectionIsRefused() throws Exception {
    world.registerEvery(3, 20);
    List<byte[]> answers = new ArrayList<>();
    world.enclave.answers =
        (request, reply) -> {
          answers.add(reply);
          return answers.get(0);
        };
    world.discover(contacts(0, 20));
    world.store = new InMemoryStateStore();
    assertRefused(DiscoveryError.UNPROVEN_EVALUATION);
  }

  @Test
  void aProofOfAnotherBatchIsRefused() throws Exception {
    world.registerEvery(3, 20);
    byte[] other =
        new PendingEvaluation(new byte[32], contacts(0, 20))
            .blinding(ClientState.empty(new byte[32], new byte[16]))
            .elements();
    world.enclave.answers =
        (request, reply) -> {
          byte[] foreign = reply(request, world.enclave.evaluatorKey(), other);
          return EvaluationReply.encode(request.epoch(), elements(reply), proof(foreign));
        };
    assertRefused(DiscoveryError.UNPROVEN_EVALUATION);
  }

  @Test
  void messagesChangedOrReplayedByTheHostEndTheExchange() {
    // Message 2, token reply, evaluation reply.
    for (int message = 1; message <= 2; message++) {
      world.transport.changes.clear();
      byte[][] tokenReply = new byte[1][];
      world.transport.changes.add(bytes -> bytes);
      world.transport.changes.add(bytes -> tokenReply[0] = bytes);
      world.transport.changes.add(bytes -> tokenReply[0]);
      assertThat(world.failure(contacts(0, 20)).error())
          .isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    }
    world.transport.changes.clear();
    world.discover(contacts(0, 20));
    assertThat(world.charged()).isEqualTo(20);
  }
}
