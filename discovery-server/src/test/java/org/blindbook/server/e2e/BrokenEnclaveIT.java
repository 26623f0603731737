package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNPROVEN_EVALUATION;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.blindbook.attestation.OprfKey;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.InsideTheClient;
import org.blindbook.client.InsideTheClient.Stored;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.oprf.Evaluation;
import org.blindbook.protocol.oprf.Evaluator;
import org.blindbook.protocol.oprf.EvaluatorKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is left when attestation is broken and the attacker ends the client's channel: the proof. No
 * wrong value gets past it, and nothing is paid twice.
 */
@ExtendWith(BlindedInstallation.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenEnclaveIT {
  private static final int CONTACTS = Victim.CONTACTS;
  private static final int ELEMENT = EvaluationRequest.ELEMENT_BYTES;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BlindedInstallation installation;
  private Victim victim;
  private UnaryOperator<DiscoveryClient.Builder> believing;
  private int paidForTheAttacker;

  /** What another session got. */
  private ReceivedEvaluation foreign;

  BrokenEnclaveIT(BlindedInstallation installation) {
    this.installation = installation;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    victim = new Victim(installation, folder);
    String policy = Files.readString(installation.deployment.trustFile());
    OprfKey pinned = new OprfKey(1, policy.replaceAll("(?s).*publicKey: ([0-9a-f]{64}).*", "$1"));
    believing = builder -> InsideTheClient.believingAllEvidence(builder, pinned);
    BrokenEnclave.Attack reads =
        (request, reply) -> {
          foreign = reply;
          return encoded(request, reply);
        };
    assertThat(victim.nextBook().succeeds(path -> new BrokenEnclave(reads), believing))
        .as("who only reads gets through")
        .isEqualTo(CONTACTS);
    assertThat(foreign).isNotNull();
  }

  @AfterAll
  void nothingWasPaidTwice() throws Exception {
    victim.close();
    victim.assertEachBookPaidOnce(paidForTheAttacker);
  }

  private static byte[] encoded(EvaluationRequest request, byte[] elements, byte[] proof) {
    return EvaluationReply.encode(request.epoch(), elements, proof);
  }

  private static byte[] encoded(EvaluationRequest request, ReceivedEvaluation reply) {
    return encoded(request, reply.elements(), reply.proof());
  }

  private static byte[] underAnotherKey(EvaluationRequest request, ReceivedEvaluation reply)
      throws Exception {
    Evaluation evaluation =
        new Evaluator(EvaluatorKey.random(RANDOM))
            .evaluate(request.elements(), request.count(), request.retryNonce());
    return encoded(request, evaluation.elements(), evaluation.prove(RANDOM));
  }

  private static byte[] exchanged(EvaluationRequest request, ReceivedEvaluation reply) {
    byte[] elements = reply.elements();
    byte[] first = Arrays.copyOf(elements, ELEMENT);
    System.arraycopy(elements, ELEMENT, elements, 0, ELEMENT);
    System.arraycopy(first, 0, elements, ELEMENT, ELEMENT);
    return encoded(request, elements, reply.proof());
  }

  private byte[] oneForeignElement(EvaluationRequest request, ReceivedEvaluation reply) {
    byte[] elements = reply.elements();
    System.arraycopy(foreign.elements(), 0, elements, 0, ELEMENT);
    return encoded(request, elements, reply.proof());
  }

  private static byte[] flipped(EvaluationRequest request, ReceivedEvaluation reply, int fromEnd) {
    byte[] encoded = encoded(request, reply);
    encoded[encoded.length - fromEnd] ^= 1;
    return encoded;
  }

  /** Changes the question, and passes the real enclave's genuine answer to it on. */
  private interface Question extends BrokenEnclave.Attack {
    byte[] asks(EvaluationRequest request) throws Exception;

    @Override
    default byte[] request(EvaluationRequest request) throws Exception {
      return asks(request);
    }

    @Override
    default byte[] reply(EvaluationRequest request, ReceivedEvaluation reply) {
      return encoded(request, reply);
    }
  }

  private byte[] forTwoContactsOnly(EvaluationRequest request) {
    paidForTheAttacker += 2;
    return new EvaluationRequestWriter(request.epoch(), 2, request.retryNonce(), request.elements())
        .encoded();
  }

  private byte[] forSomebodyElse(EvaluationRequest request) throws Exception {
    paidForTheAttacker += CONTACTS;
    List<byte[]> others =
        Numbers.identifiers(0, CONTACTS).stream().map(LookupKey::blindedInput).toList();
    byte[] elements =
        new Blinding(others, request.capacity(), request.retryNonce(), RANDOM).elements();
    return new EvaluationRequestWriter(request.epoch(), CONTACTS, request.retryNonce(), elements)
        .encoded();
  }

  Stream<Arguments> attacks() {
    BrokenEnclave.Attack anotherKey = BrokenEnclaveIT::underAnotherKey;
    BrokenEnclave.Attack replayed = (request, reply) -> encoded(request, foreign);
    BrokenEnclave.Attack foreignElement = this::oneForeignElement;
    BrokenEnclave.Attack foreignProof =
        (request, reply) -> encoded(request, reply.elements(), foreign.proof());
    BrokenEnclave.Attack exchanged = BrokenEnclaveIT::exchanged;
    BrokenEnclave.Attack echo =
        (request, reply) -> encoded(request, request.elements(), reply.proof());
    BrokenEnclave.Attack proofBit = (request, reply) -> flipped(request, reply, 1);
    BrokenEnclave.Attack paddingBit = (request, reply) -> flipped(request, reply, 64 + 32);
    BrokenEnclave.Attack anotherEpoch =
        (request, reply) ->
            EvaluationReply.encode(request.epoch() + 1, reply.elements(), reply.proof());
    BrokenEnclave.Attack cut =
        (request, reply) ->
            Arrays.copyOf(encoded(request, reply), encoded(request, reply).length - ELEMENT);
    Question fewer = this::forTwoContactsOnly;
    Question others = this::forSomebodyElse;
    return Stream.of(
        Arguments.of("another key, with its proof", anotherKey, UNPROVEN_EVALUATION),
        Arguments.of("the answer of another session", replayed, UNPROVEN_EVALUATION),
        Arguments.of("an element of another session", foreignElement, UNPROVEN_EVALUATION),
        Arguments.of("the proof of another session", foreignProof, UNPROVEN_EVALUATION),
        Arguments.of("two elements exchanged", exchanged, UNPROVEN_EVALUATION),
        Arguments.of("the question for an answer", echo, UNPROVEN_EVALUATION),
        Arguments.of("a bit of the proof", proofBit, UNPROVEN_EVALUATION),
        Arguments.of("a bit of the padding", paddingBit, UNPROVEN_EVALUATION),
        Arguments.of("fewer contacts than were asked for", fewer, UNPROVEN_EVALUATION),
        Arguments.of("the contacts of somebody else", others, UNPROVEN_EVALUATION),
        Arguments.of("another epoch", anotherEpoch, PROTOCOL_VIOLATION),
        Arguments.of("an element less", cut, PROTOCOL_VIOLATION));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void isRefusedAndTheNextDiscoveryGoesOn(
      String name, BrokenEnclave.Attack attack, DiscoveryError error) throws Exception {
    Victim.Book book = victim.nextBook();
    boolean asked = attack instanceof Question;
    DiscoveryException failure = book.fails(path -> new BrokenEnclave(attack), believing);
    assertThat(failure.error()).as(failure.getMessage()).isEqualTo(error);
    assertThat(book.stored()).isEqualTo(new Stored(0, CONTACTS));
    assertThat(book.succeeds()).isEqualTo(asked ? CONTACTS : 0);
  }
}
