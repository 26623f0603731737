package org.blindbook.enclave.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.ClientHandshake;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.oprf.Blinding;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.PublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An enclave of a blinded deployment as host and client see it. */
@Timeout(60)
class BlindedServiceTest {
  private static final byte[] NONE = {};
  private static final byte[] NONCE = new byte[32];
  private static final List<byte[]> CONTACTS =
      List.of("tel:+4930901820".getBytes(UTF_8), "tel:+4930901821".getBytes(UTF_8));

  private final SecureRandom random = new SecureRandom();
  private final byte[] account = new byte[32];
  private byte[] ledger = NONE;

  private EnclaveService enclave(String role, int epoch) throws Exception {
    SimpleHardware hardware = new SimpleHardware("", 1);
    String settings =
        SimpleHardware.SETTINGS.replace(
            "mode=truncated", "mode=blinded\nrole=" + role + "\nepoch=" + epoch);
    TableThread table = new TableThread(ObliviousTable.create(RandomSource.system()));
    table.start(Runnable::run, (thread, failure) -> failure.printStackTrace());
    EnclaveService service =
        new EnclaveService(
            hardware,
            Settings.parse(settings.getBytes(UTF_8)),
            table,
            random,
            InstantSource.system());
    service.admitClients();
    return service;
  }

  private EnclaveService withKey(String role, int epoch) throws Exception {
    EnclaveService enclave = enclave(role, epoch);
    await(enclave.evaluatorKey(NONE));
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

  private final class Client {
    final EnclaveService enclave;
    final Opened opened;
    final Claims claims;
    final SecureChannel channel;

    Client(EnclaveService enclave) throws Exception {
      this.enclave = enclave;
      opened = await(enclave.open(account, NONE));
      claims = Claims.decode(opened.offer().claims());
      ClientHandshake handshake =
          new ClientHandshake(claims.channelKey(), Prologue.of(claims), random);
      byte[] message1 = handshake.writeMessage1();
      channel =
          handshake.readMessage2(await(enclave.receive(opened.session(), message1, NONE)).reply());
    }

    Received send(byte[] plaintext) {
      Received received = await(enclave.receive(opened.session(), channel.seal(plaintext), ledger));
      if (received.ledger().length > 0) {
        ledger = received.ledger();
      }
      return received;
    }

    TokenReply ask(byte[] request) throws Exception {
      return TokenReply.decode(channel.open(send(request).reply()));
    }

    List<byte[]> finish(Blinding blinding, SessionEnd end) throws Exception {
      Received received = send(Acknowledgement.encode());
      assertThat(received.close()).isEqualTo(end);
      EvaluationReply reply =
          EvaluationReply.decode(channel.open(received.reply()), 64, claims.epoch());
      return blinding.finish(
          PublicKey.decode(claims.oprfPublicKey()), reply.elements(), reply.proof());
    }
  }

  private SealedBatch sealed(EnclaveService enclave, int epoch, List<byte[]> identifiers)
      throws Exception {
    Claims claims = Claims.decode(await(enclave.offer(NONE)).claims());
    return SealedBatch.seal(claims.channelKey(), epoch, identifiers, random);
  }

  private Blinding blinding(List<byte[]> contacts) throws OprfException {
    return new Blinding(contacts, 64, NONCE, random);
  }

  private static byte[] request(int epoch, int count, Blinding blinding) {
    return EvaluationRequest.create(epoch, count, NONCE, blinding.elements()).encoded();
  }

  private static byte[] lookup(int epoch, List<byte[]> outputs) {
    DiscoveryRequest request = DiscoveryRequest.create(64, epoch, NONCE, NONE);
    for (int i = 0; i < outputs.size(); i++) {
      LookupKey key = LookupKey.blinded(outputs.get(i));
      request.set(i, key.hi(), key.lo(), EntryKind.NEW);
    }
    return request.encoded();
  }

  @Test
  void aClientIsEvaluatedAndThenFindsWhatWasLoaded() throws Exception {
    EnclaveService enclave = withKey("both", 3);
    byte[] keys = await(enclave.evaluate(sealed(enclave, 3, CONTACTS.subList(0, 1))));
    UUID registered = UUID.randomUUID();
    await(
        enclave.update(
            new Update(
                1,
                ByteBuffer.allocate(32)
                    .put(keys)
                    .putLong(registered.getMostSignificantBits())
                    .putLong(registered.getLeastSignificantBits())
                    .array())));

    Client client = new Client(enclave);
    assertThat(client.claims.role()).contains(DeploymentRole.BOTH);
    assertThat(client.claims.epoch()).isEqualTo(3);
    Blinding blinding = blinding(CONTACTS);
    byte[] request = request(3, 2, blinding);
    assertThat(client.ask(request).charged()).isEqualTo(2);
    List<byte[]> outputs = client.finish(blinding, SessionEnd.OPEN);
    assertThat(Arrays.copyOf(outputs.getFirst(), 16)).isEqualTo(keys);
    assertThat(client.ask(lookup(3, outputs)).charged()).isZero();
    Received last = client.send(Acknowledgement.encode());
    assertThat(last.close()).isEqualTo(SessionEnd.COMPLETE);
    Results results = Results.decode(client.channel.open(last.reply()), 64);
    assertThat(results.account(0)).contains(registered);
    assertThat(results.account(1)).isEmpty();

    Client again = new Client(enclave);
    assertThat(again.ask(request).charged()).as("a repeat").isZero();
    assertThat(again.finish(blinding, SessionEnd.OPEN)).hasSize(2);
    Client other = new Client(enclave);
    assertThat(other.ask(request(3, 2, blinding(CONTACTS))).charged()).isEqualTo(2);
  }

  /** The count is what is charged, so nothing beyond it may be evaluated. */
  @Test
  void whoUnderstatesTheCountGetsNothingMore() throws Exception {
    EnclaveService enclave = withKey("both", 1);
    Client client = new Client(enclave);
    Blinding blinding = blinding(CONTACTS);
    assertThat(client.ask(request(1, 1, blinding)).charged()).isEqualTo(1);
    assertThatThrownBy(() -> client.finish(blinding, SessionEnd.OPEN))
        .isInstanceOf(OprfException.class);
  }

  @Test
  void anAccountWithoutPermitsIsRefusedBeforeAnythingIsEvaluated() throws Exception {
    EnclaveService enclave = withKey("both", 1);
    for (int asked = 0; asked < 1_000; asked += 64) {
      boolean enough = asked + 64 <= 1_000;
      Client client = new Client(enclave);
      TokenReply reply = client.ask(request(1, 64, blinding(identifiers(asked))));
      assertThat(reply.granted()).isEqualTo(enough);
      assertThat(reply.retryAfterSeconds() > 0).isEqualTo(!enough);
      assertThat(client.send(Acknowledgement.encode()).close())
          .isEqualTo(enough ? SessionEnd.OPEN : SessionEnd.BAD_REQUEST);
    }
  }

  private static List<byte[]> identifiers(int from) {
    return java.util.stream.IntStream.range(from, from + 64)
        .mapToObj(i -> ("tel:+49309018" + i).getBytes(UTF_8))
        .toList();
  }

  @Test
  void badRequestsEndTypedAndAreNotCharged() throws Exception {
    EnclaveService enclave = withKey("both", 2);
    byte[] good = request(2, 2, blinding(CONTACTS));
    assertThat(new Client(enclave).send(request(1, 2, blinding(CONTACTS))).close())
        .isEqualTo(SessionEnd.WRONG_EPOCH);
    assertThat(new Client(enclave).send(lookup(1, List.of())).close())
        .isEqualTo(SessionEnd.WRONG_EPOCH);
    byte[] notAnElement = good.clone();
    notAnElement[48 + 31] |= (byte) 0x80;
    byte[] identity = good.clone();
    Arrays.fill(identity, 48 + 32, 48 + 64, (byte) 0);
    for (byte[] bad : List.of(notAnElement, identity, Arrays.copyOf(good, good.length - 32))) {
      assertThat(new Client(enclave).send(bad).close()).isEqualTo(SessionEnd.BAD_REQUEST);
    }
    assertThat(ledger).isEmpty();
    Client twice = new Client(enclave);
    assertThat(twice.ask(good).charged()).isEqualTo(2);
    assertThat(twice.send(Acknowledgement.encode()).close()).isEqualTo(SessionEnd.OPEN);
    assertThat(twice.send(good).close()).isEqualTo(SessionEnd.BAD_REQUEST);
    assertRefused(enclave.evaluate(sealed(enclave, 1, CONTACTS)), CallError.WRONG_EPOCH);
  }

  @Test
  void aBatchThatDoesNotOpenIsRefused() throws Exception {
    EnclaveService enclave = withKey("both", 1);
    byte[] good = sealed(enclave, 1, CONTACTS).encoded();
    byte[] damaged = good.clone();
    damaged[good.length - 1] ^= 1;
    assertRefused(enclave.evaluate(SealedBatch.decode(damaged)), CallError.BAD_CALL);
    byte[] undercounted = good.clone();
    undercounted[7] = 1;
    assertRefused(enclave.evaluate(SealedBatch.decode(undercounted)), CallError.BAD_CALL);
    byte[] toAnother = good.clone();
    toAnother[16] ^= 1;
    assertRefused(enclave.evaluate(SealedBatch.decode(toAnother)), CallError.STALE_KEY);
    assertThat(await(enclave.evaluate(SealedBatch.decode(good)))).hasSize(32);
  }

  /** The current channel key and its predecessor open a batch, and no older one. */
  @Test
  void aBatchIsRefusedOnceItsChannelKeyIsRetired() throws Exception {
    EnclaveService enclave = withKey("both", 1);
    SealedBatch batch = sealed(enclave, 1, CONTACTS);
    byte[] keys = await(enclave.evaluate(batch));
    SealedBatch later = batch;
    for (int rotations = 0; rotations < 2; rotations++) {
      assertThat(await(enclave.evaluate(batch))).isEqualTo(keys);
      byte[] before = later.channelKey();
      for (int i = 0; Arrays.equals(later.channelKey(), before); i++) {
        assertThat(i).as("sessions of one channel key").isLessThan(10_001);
        await(enclave.close(await(enclave.open(account, NONE)).session()));
        later = i % 100 == 0 ? sealed(enclave, 1, CONTACTS) : later;
      }
    }
    assertRefused(enclave.evaluate(batch), CallError.STALE_KEY);
    assertThat(await(enclave.evaluate(later))).isEqualTo(keys);
  }

  @Test
  void aLoaderMayBlindItself() throws Exception {
    EnclaveService enclave = withKey("evaluator", 1);
    byte[] keys = await(enclave.evaluate(sealed(enclave, 1, CONTACTS)));
    Claims claims = Claims.decode(await(enclave.offer(NONE)).claims());
    Blinding blinding = blinding(CONTACTS);
    EvaluationRequest request = EvaluationRequest.decode(request(1, 2, blinding));
    EvaluationReply reply = EvaluationReply.decode(await(enclave.evaluate(request)), 64, 1);
    List<byte[]> outputs =
        blinding.finish(PublicKey.decode(claims.oprfPublicKey()), reply.elements(), reply.proof());
    for (int i = 0; i < 2; i++) {
      assertThat(Arrays.copyOf(outputs.get(i), 16))
          .isEqualTo(Arrays.copyOfRange(keys, 16 * i, 16 * i + 16));
    }
    EvaluationRequest other = EvaluationRequest.decode(request(2, 2, blinding));
    assertRefused(enclave.evaluate(other), CallError.WRONG_EPOCH);
    byte[] bad = request(1, 2, blinding);
    bad[48 + 31] |= (byte) 0x80;
    assertRefused(enclave.evaluate(EvaluationRequest.decode(bad)), CallError.BAD_CALL);
    Blinding understated = blinding(CONTACTS);
    EvaluationRequest one = EvaluationRequest.decode(request(1, 1, understated));
    EvaluationReply answer = EvaluationReply.decode(await(enclave.evaluate(one)), 64, 1);
    assertThatThrownBy(
            () ->
                understated.finish(
                    PublicKey.decode(claims.oprfPublicKey()), answer.elements(), answer.proof()))
        .isInstanceOf(OprfException.class);
  }

  @Test
  void everyRoleDoesItsOwnPartOnly() throws Exception {
    Client evaluator = new Client(withKey("evaluator", 1));
    Blinding blinding = blinding(CONTACTS);
    assertThat(evaluator.ask(request(1, 2, blinding)).granted()).isTrue();
    List<byte[]> outputs = evaluator.finish(blinding, SessionEnd.COMPLETE);
    assertThat(new Client(evaluator.enclave).send(lookup(1, outputs)).close())
        .isEqualTo(SessionEnd.WRONG_ROLE);

    String role = "lookup\nevaluator.public-key=" + "ab".repeat(32);
    EnclaveService lookup = enclave(role, 1);
    Client client = new Client(lookup);
    assertThat(client.claims.role()).contains(DeploymentRole.LOOKUP);
    assertThat(client.claims.oprfPublicKey()).containsOnly(0xab);
    assertThat(client.send(request(1, 2, blinding)).close()).isEqualTo(SessionEnd.WRONG_ROLE);
    assertThat(new Client(lookup).ask(lookup(1, outputs)).granted()).isTrue();
    assertRefused(lookup.evaluatorKey(NONE), CallError.BAD_CALL);
    assertRefused(lookup.evaluate(sealed(lookup, 1, CONTACTS)), CallError.BAD_CALL);
    EvaluationRequest bulk = EvaluationRequest.decode(request(1, 2, blinding));
    assertRefused(lookup.evaluate(bulk), CallError.BAD_CALL);
  }

  @Test
  void theKeyIsMadeOnceAndComesBackFromTheHost() throws Exception {
    EnclaveService first = enclave("both", 1);
    assertThat(await(first.stats()).ready()).isFalse();
    assertRefused(first.open(account, NONE), CallError.NOT_READY);
    byte[] sealed = await(first.evaluatorKey(NONE));
    assertThat(await(first.stats()).ready()).isTrue();
    assertRefused(first.evaluatorKey(sealed), CallError.BAD_CALL);
    byte[] key = new Client(first).claims.oprfPublicKey();

    EnclaveService second = enclave("both", 1);
    byte[] damaged = sealed.clone();
    damaged[40] ^= 1;
    assertRefused(second.evaluatorKey(damaged), CallError.NOT_UNSEALABLE);
    assertThat(await(second.evaluatorKey(sealed))).isEqualTo(sealed);
    assertThat(new Client(second).claims.oprfPublicKey()).isEqualTo(key);
    assertRefused(enclave("both", 2).evaluatorKey(sealed), CallError.NOT_UNSEALABLE);
  }

  @Test
  void theLineOfEvaluationsIsBounded() throws Exception {
    EnclaveService enclave = withKey("both", 1);
    byte[] elements = new Blinding(List.of(), 32_768, NONCE, random).elements();
    byte[] request = EvaluationRequest.create(1, 0, NONCE, elements).encoded();
    Client last = new Client(enclave);
    for (int i = 0; i < 8; i++) {
      last = new Client(enclave);
      assertThat(last.ask(request).granted()).isTrue();
    }
    Client refused = new Client(enclave);
    assertRefused(
        enclave.receive(refused.opened.session(), refused.channel.seal(request), NONE),
        CallError.TOO_MANY_SESSIONS);
    await(enclave.close(last.opened.session()));
    assertThat(new Client(enclave).ask(request).granted()).isTrue();
  }
}
