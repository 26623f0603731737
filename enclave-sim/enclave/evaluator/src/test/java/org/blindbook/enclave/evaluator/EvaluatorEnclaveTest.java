package org.blindbook.enclave.evaluator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.blindbook.edge.blinding.Blinding;
import org.blindbook.edge.blinding.PublicKey;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.EvaluationRequestWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedEvaluation;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.oprf.OprfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The evaluator enclave as host and client see it. */
@Timeout(60)
class EvaluatorEnclaveTest {
  private static final byte[] NONE = {};
  private static final byte[] NONCE = new byte[32];
  private static final List<byte[]> CONTACTS =
      List.of("tel:+4930901820".getBytes(UTF_8), "tel:+4930901821".getBytes(UTF_8));

  private final SecureRandom random = new SecureRandom();
  private final byte[] account = new byte[32];
  private byte[] ledger = NONE;

  private EvaluatorEnclave enclave(int epoch) throws Exception {
    return enclave(epoch, Runnable::run);
  }

  private EvaluatorEnclave enclave(int epoch, Executor evaluators) throws Exception {
    return EvaluatorEnclave.create(
        new SimpleHardware("epoch=" + epoch + "\n", 1), evaluators, random, InstantSource.system());
  }

  private EvaluatorEnclave withKey(int epoch) throws Exception {
    EvaluatorEnclave enclave = enclave(epoch);
    await(enclave.key(NONE));
    return enclave;
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static void assertRefused(CompletionStage<?> stage, CallError error) {
    assertThatThrownBy(() -> await(stage))
        .cause()
        .isInstanceOfSatisfying(CallException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private EnclaveClient client(EvaluatorEnclave enclave) throws Exception {
    return new EnclaveClient(enclave, account, NONE, ledger);
  }

  private ReceivedTokenReply ask(EnclaveClient client, byte[] request) throws Exception {
    ReceivedTokenReply reply = client.ask(request);
    ledger = client.ledger();
    return reply;
  }

  private static PublicKey key(ReceivedClaims claims) throws OprfException {
    return PublicKey.decode(claims.oprfPublicKey());
  }

  private static List<byte[]> finish(EnclaveClient client, Blinding blinding) throws Exception {
    Received received = client.acknowledge();
    assertThat(received.close()).isEqualTo(SessionEnd.COMPLETE);
    ReceivedEvaluation reply =
        ReceivedEvaluation.decode(client.open(received), 64, client.claims().epoch());
    return blinding.finish(key(client.claims()), reply.elements(), reply.proof());
  }

  private Blinding blinding(List<byte[]> contacts) throws OprfException {
    return new Blinding(contacts, 64, NONCE, random);
  }

  private static byte[] request(int epoch, int count, Blinding blinding) {
    return new EvaluationRequestWriter(epoch, count, NONCE, blinding.elements()).encoded();
  }

  @Test
  void aClientIsEvaluatedAndARepeatIsFree() throws Exception {
    EvaluatorEnclave enclave = withKey(3);
    EnclaveClient client = client(enclave);
    assertThat(client.claims().role()).contains(DeploymentRole.EVALUATOR);
    assertThat(client.claims().epoch()).isEqualTo(3);
    Blinding blinding = blinding(CONTACTS);
    byte[] request = request(3, 2, blinding);
    assertThat(ask(client, request).charged()).isEqualTo(2);
    List<byte[]> outputs = finish(client, blinding);

    EnclaveClient again = client(enclave);
    assertThat(ask(again, request).charged()).as("a repeat").isZero();
    assertThat(finish(again, blinding).get(1)).isEqualTo(outputs.get(1));
    EnclaveClient other = client(enclave);
    Blinding anotherBlinding = blinding(CONTACTS);
    assertThat(ask(other, request(3, 2, anotherBlinding)).charged()).isEqualTo(2);
    assertThat(finish(other, anotherBlinding).get(0)).isEqualTo(outputs.get(0));
  }

  /** The count is what is charged, so nothing beyond it may be evaluated. */
  @Test
  void whoUnderstatesTheCountGetsNothingMore() throws Exception {
    EnclaveClient client = client(withKey(1));
    Blinding blinding = blinding(CONTACTS);
    assertThat(ask(client, request(1, 1, blinding)).charged()).isEqualTo(1);
    assertThatThrownBy(() -> finish(client, blinding)).isInstanceOf(OprfException.class);
  }

  /** What comes back is padding, proved: of no use to the client, and as long as any answer. */
  @Test
  void anAccountWithoutPermitsGetsNothingEvaluatedButPadding() throws Exception {
    EvaluatorEnclave enclave = withKey(1);
    for (int asked = 0; asked < 1_000; asked += 64) {
      boolean enough = asked + 64 <= 1_000;
      EnclaveClient client = client(enclave);
      Blinding blinding = blinding(identifiers(asked));
      ReceivedTokenReply reply = ask(client, request(1, 64, blinding));
      assertThat(reply.granted()).isEqualTo(enough);
      assertThat(reply.retryAfterSeconds() > 0).isEqualTo(!enough);
      if (enough) {
        assertThat(finish(client, blinding)).hasSize(64);
      } else {
        assertThat(finish(client, new Blinding(List.of(), 64, NONCE, random))).isEmpty();
      }
    }
  }

  private static List<byte[]> identifiers(int from) {
    return IntStream.range(from, from + 64)
        .mapToObj(i -> ("tel:+49309018" + i).getBytes(UTF_8))
        .toList();
  }

  @Test
  void badRequestsEndTypedAndAreNotCharged() throws Exception {
    EvaluatorEnclave enclave = withKey(2);
    byte[] good = request(2, 2, blinding(CONTACTS));
    assertThat(client(enclave).send(request(1, 2, blinding(CONTACTS))).close())
        .isEqualTo(SessionEnd.WRONG_EPOCH);
    byte[] notAnElement = good.clone();
    notAnElement[48 + 31] |= (byte) 0x80;
    byte[] identity = good.clone();
    Arrays.fill(identity, 48 + 32, 48 + 64, (byte) 0);
    byte[] lookup = new DiscoveryRequestWriter(64, 2, NONCE, NONE).encoded();
    for (byte[] bad :
        List.of(notAnElement, identity, lookup, Arrays.copyOf(good, good.length - 32))) {
      EnclaveClient client = client(enclave);
      assertThat(client.send(bad).close()).isEqualTo(SessionEnd.BAD_REQUEST);
      assertThat(client.ledger()).isEmpty();
    }
    EnclaveClient twice = client(enclave);
    assertThat(ask(twice, good).charged()).isEqualTo(2);
    assertThat(twice.acknowledge().close()).isEqualTo(SessionEnd.COMPLETE);
    assertThat(await(enclave.receive(twice.session(), good, NONE)).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
  }

  @Test
  void aLoaderIsEvaluatedWithoutASession() throws Exception {
    EvaluatorEnclave enclave = withKey(1);
    ReceivedClaims claims = ReceivedClaims.decode(await(enclave.offer(NONE)).claims().encode());
    Blinding blinding = blinding(CONTACTS);
    ReceivedEvaluation reply = evaluate(enclave, request(1, 2, blinding));
    assertThat(blinding.finish(key(claims), reply.elements(), reply.proof())).hasSize(2);

    EvaluationRequest other = EvaluationRequest.decode(request(2, 2, blinding));
    assertRefused(enclave.evaluate(other), CallError.WRONG_EPOCH);
    byte[] bad = request(1, 2, blinding);
    bad[48 + 31] |= (byte) 0x80;
    assertRefused(enclave.evaluate(EvaluationRequest.decode(bad)), CallError.BAD_CALL);
    Blinding understated = blinding(CONTACTS);
    ReceivedEvaluation answer = evaluate(enclave, request(1, 1, understated));
    assertThatThrownBy(() -> understated.finish(key(claims), answer.elements(), answer.proof()))
        .isInstanceOf(OprfException.class);
  }

  private static ReceivedEvaluation evaluate(EvaluatorEnclave enclave, byte[] request)
      throws Exception {
    byte[] reply = await(enclave.evaluate(EvaluationRequest.decode(request)));
    return ReceivedEvaluation.decode(reply, 64, 1);
  }

  @Test
  void theKeyIsMadeOnceAndComesBackFromTheHost() throws Exception {
    EvaluatorEnclave first = enclave(1);
    assertThat(await(first.stats()).ready()).isFalse();
    assertRefused(first.open(account, NONE), CallError.NOT_READY);
    assertRefused(first.offer(NONE), CallError.NOT_READY);
    byte[] sealed = await(first.key(NONE));
    assertThat(await(first.stats()).ready()).isTrue();
    assertRefused(first.key(sealed), CallError.BAD_CALL);
    byte[] key = client(first).claims().oprfPublicKey();

    EvaluatorEnclave second = enclave(1);
    byte[] damaged = sealed.clone();
    damaged[40] ^= 1;
    assertRefused(second.key(damaged), CallError.NOT_UNSEALABLE);
    assertThat(await(second.key(sealed))).isEqualTo(sealed);
    assertThat(client(second).claims().oprfPublicKey()).isEqualTo(key);
    assertRefused(enclave(2).key(sealed), CallError.NOT_UNSEALABLE);
  }

  private byte[] nobody() throws OprfException {
    byte[] elements = new Blinding(List.of(), 32_768, NONCE, random).elements();
    return new EvaluationRequestWriter(1, 0, NONCE, elements).encoded();
  }

  /** Eight requests of the largest class are 2^18 elements. */
  @Test
  void theLineOfEvaluationsIsBoundedAndBeginsAtTheAcknowledgement() throws Exception {
    Queue<Runnable> line = new ArrayDeque<>();
    EvaluatorEnclave enclave = enclave(1, line::add);
    await(enclave.key(NONE));
    byte[] request = nobody();
    List<EnclaveClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      EnclaveClient client = client(enclave);
      assertThat(client.ask(request).granted()).isTrue();
      clients.add(client);
    }
    for (int i = 0; i < 8; i++) {
      assertThat(clients.get(i).beginToAcknowledge().toCompletableFuture()).isNotDone();
    }
    assertLineIsFull(clients.get(8).beginToAcknowledge());
    assertLineIsFull(enclave.evaluate(EvaluationRequest.decode(request(1, 1, blinding(CONTACTS)))));
    line.remove().run();
    assertThat(clients.get(9).beginToAcknowledge().toCompletableFuture()).isNotDone();
    assertThat(line).hasSize(8);
  }

  private static void assertLineIsFull(CompletionStage<?> answer) {
    assertThat(answer.toCompletableFuture()).isCompletedExceptionally();
    assertRefused(answer, CallError.TOO_MANY_SESSIONS);
  }
}
