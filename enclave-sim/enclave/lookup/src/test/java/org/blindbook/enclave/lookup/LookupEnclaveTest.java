package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.enclave.EnclaveClient;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.DeploymentRole;
import org.junit.jupiter.api.Test;

/** The enclave as the host sees it, with a real table and channel and no process around it. */
class LookupEnclaveTest {
  private static final byte[] NONE = {};
  private static final String TRUNCATED = LookupDeployment.TRUNCATED;

  private final SecureRandom random = new SecureRandom();
  private final byte[] account = new byte[32];
  private final LookupEnclave enclave = enclave(1);

  private LookupEnclave enclave(int fuse) {
    return enclave(fuse, 1);
  }

  private LookupEnclave enclave(int fuse, int securityVersion) {
    return enclave(new SimpleHardware(TRUNCATED, fuse, securityVersion));
  }

  private LookupEnclave enclave(SimpleHardware hardware) {
    try {
      LookupEnclave enclave = LookupEnclave.create(hardware, random, InstantSource.system());
      assertRefused(enclave.open(account, NONE), CallError.NOT_READY);
      assertThat(await(enclave.stats()).ready()).isFalse();
      enclave.start(Runnable::run, (thread, failure) -> failure.printStackTrace());
      enclave.admitClients();
      return enclave;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  private static void assertRefused(CompletionStage<?> stage, CallError error) {
    assertThatThrownBy(() -> await(stage))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(CallException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private static Update registrations(long sequence, long firstKey, int count, boolean delete) {
    ByteBuffer entries = ByteBuffer.allocate(count * Update.ENTRY_BYTES);
    for (int i = 0; i < count; i++) {
      long key = firstKey + i;
      entries.putLong(key).putLong(~key).putLong(delete ? 0 : key + 1).putLong(delete ? 0 : 7);
    }
    return new Update(sequence, entries.array());
  }

  private EnclaveClient client(LookupEnclave enclave) throws Exception {
    return client(enclave, NONE);
  }

  private EnclaveClient client(LookupEnclave enclave, byte[] ledger) throws Exception {
    EnclaveClient client = new EnclaveClient(enclave, account, new byte[32], ledger);
    assertThat(client.claims().nonce().orElseThrow()).isEqualTo(new byte[32]);
    assertThat(Arrays.copyOf(client.opened().offer().evidence(), 32))
        .isEqualTo(client.claims().digest());
    return client;
  }

  private static ReceivedResults results(EnclaveClient client, Received last) throws Exception {
    return ReceivedResults.decode(client.open(last), 64);
  }

  private static TableState state(LookupEnclave enclave) {
    return await(enclave.update(new Update(0, NONE)));
  }

  private static DiscoveryRequestWriter request(byte[] token, EntryKind kind, long... keys) {
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(64, 0, new byte[32], token);
    for (int i = 0; i < keys.length; i++) {
      request.set(i, keys[i], ~keys[i], kind);
    }
    return request;
  }

  @Test
  void registeredContactsAreFoundAndOthersAreNot() throws Exception {
    await(enclave.update(registrations(9, 1_000, 500, false)));
    EnclaveClient client = client(enclave);
    DiscoveryRequestWriter request = request(NONE, EntryKind.NEW, 1_000, 5, 1_499, 1_500);
    ReceivedTokenReply token = client.ask(request.encoded());
    assertThat(token.granted()).isTrue();
    assertThat(token.charged()).isEqualTo(4);
    Received last = client.acknowledge();
    assertThat(last.close()).isEqualTo(SessionEnd.COMPLETE);
    ReceivedResults results = results(client, last);
    assertThat(results.account(0)).contains(new UUID(1_001, 7));
    assertThat(results.account(1)).isEmpty();
    assertThat(results.account(2)).contains(new UUID(1_500, 7));
    assertThat(results.account(3)).isEmpty();
    assertThat(IntStream.range(4, 64).allMatch(i -> results.account(i).isEmpty())).isTrue();
    assertThat(state(enclave).sequence()).isEqualTo(9);
    assertThat(state(enclave).registrations()).isEqualTo(500);
  }

  @Test
  void keptContactsAreFreeWithTheTokenAndDiscardedOnesAreNotAnswered() throws Exception {
    await(enclave.update(registrations(1, 10, 10, false)));
    EnclaveClient first = client(enclave);
    byte[] token = first.ask(request(NONE, EntryKind.NEW, 10, 11).encoded()).token();

    EnclaveClient second = client(enclave, first.ledger());
    DiscoveryRequestWriter request = request(token, EntryKind.PREV, 10, 11);
    request.set(1, 11, ~11L, EntryKind.DISCARD);
    assertThat(second.ask(request.encoded()).charged()).isZero();
    Received last = second.acknowledge();
    ReceivedResults results = results(second, last);
    assertThat(results.account(0)).isPresent();
    assertThat(results.account(1)).isEmpty();

    EnclaveClient forger = client(enclave);
    ReceivedTokenReply refused = forger.ask(request(token, EntryKind.PREV, 10, 12).encoded());
    assertThat(refused.outcome()).isEqualTo(Outcome.INVALID_TOKEN);
    assertThat(refused.token()).isEqualTo(new byte[64]);
    assertNothingFound(forger, 64);
  }

  private static void assertNothingFound(EnclaveClient client, int capacity) throws Exception {
    assertThat(client.ledger()).isNotEmpty();
    Received last = client.acknowledge();
    assertThat(last.close()).isEqualTo(SessionEnd.COMPLETE);
    ReceivedResults results = ReceivedResults.decode(client.open(last), capacity);
    assertThat(IntStream.range(0, capacity).allMatch(i -> results.account(i).isEmpty())).isTrue();
  }

  @Test
  void anAccountWithoutPermitsIsRefusedInsideTheChannel() throws Exception {
    long[] keys = IntStream.range(0, 1_001).asLongStream().toArray();
    DiscoveryRequestWriter big = new DiscoveryRequestWriter(1_024, 0, new byte[32], NONE);
    for (int i = 0; i < keys.length; i++) {
      big.set(i, keys[i], ~keys[i], EntryKind.NEW);
    }
    await(enclave.update(registrations(1, 0, 10, false)));
    EnclaveClient client = client(enclave);
    ReceivedTokenReply reply = client.ask(big.encoded());
    assertThat(reply.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(reply.retryAfterSeconds()).isZero();
    assertThat(reply.token()).isEqualTo(new byte[64]);
    assertNothingFound(client, 1_024);
  }

  @Test
  void messagesOutOfOrderOrNotGenuineEndTheSession() throws Exception {
    long fresh = await(enclave.open(account, NONE)).session();
    assertThat(await(enclave.receive(fresh, new byte[1632], NONE)).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
    EnclaveClient client = client(enclave);
    byte[] sealed = client.seal(request(NONE, EntryKind.NEW, 1).encoded());
    sealed[200] ^= 1;
    long session = client.session();
    assertThat(await(enclave.receive(session, sealed, NONE)).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
    EnclaveClient hasty = client(enclave);
    assertThat(hasty.acknowledge().close()).isEqualTo(SessionEnd.BAD_REQUEST);
    EnclaveClient closed = client(enclave);
    await(enclave.close(closed.session()));
    assertRefused(enclave.receive(closed.session(), new byte[9], NONE), CallError.UNKNOWN_SESSION);
    assertRefused(enclave.open(new byte[31], NONE), CallError.BAD_CALL);
    assertRefused(enclave.open(account, new byte[1]), CallError.BAD_CALL);
    EnclaveClient damaged = client(enclave, new byte[40]);
    assertRefused(
        damaged.begin(request(NONE, EntryKind.NEW, 1).encoded()), CallError.NOT_UNSEALABLE);
    assertThat(await(damaged.begin(request(NONE, EntryKind.NEW, 1).encoded())).close())
        .as("the session has ended")
        .isEqualTo(SessionEnd.BAD_REQUEST);
  }

  @Test
  void sessionsAreBounded() {
    for (int i = 0; i < 100; i++) {
      await(enclave.open(account, NONE));
    }
    assertRefused(enclave.open(account, NONE), CallError.TOO_MANY_SESSIONS);
  }

  @Test
  void manySessionsAreAnsweredByFewPassesAndEachRightly() throws Exception {
    await(enclave.update(registrations(1, 0, 1_000, false)));
    List<EnclaveClient> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      EnclaveClient client = client(enclave);
      client.ask(request(NONE, EntryKind.NEW, i, 5_000 + i, 500).encoded());
      clients.add(client);
    }
    List<CompletionStage<Received>> answers = new ArrayList<>();
    for (EnclaveClient client : clients) {
      answers.add(client.beginToAcknowledge());
    }
    for (int i = 0; i < clients.size(); i++) {
      ReceivedResults results = results(clients.get(i), await(answers.get(i)));
      assertThat(results.account(0)).contains(new UUID(i + 1, 7));
      assertThat(results.account(1)).isEmpty();
      assertThat(results.account(2)).contains(new UUID(501, 7));
    }
    assertThat(state(enclave).passes()).isLessThan(30);
  }

  @Test
  void aSnapshotRestoresInALaterEnclaveAndInNoOther() throws Exception {
    await(enclave.update(registrations(5, 0, 3_000, false)));
    await(enclave.update(registrations(6, 100, 50, true)));
    List<byte[]> chunks = snapshot(enclave);
    LookupEnclave later = enclave(1);
    for (byte[] chunk : chunks) {
      assertThat(await(later.restore(chunk)).sequence()).isZero();
    }
    assertThat(await(later.restore(NONE)).sequence()).isEqualTo(6);
    assertThat(state(later).registrations()).isEqualTo(2_950);
    EnclaveClient client = client(later);
    client.ask(request(NONE, EntryKind.NEW, 99, 100, 2_999).encoded());
    Received last = client.acknowledge();
    ReceivedResults results = results(client, last);
    assertThat(results.account(0)).contains(new UUID(100, 7));
    assertThat(results.account(1)).isEmpty();
    assertThat(results.account(2)).contains(new UUID(3_000, 7));

    assertRefused(enclave(2).restore(chunks.get(0)), CallError.NOT_UNSEALABLE);
    byte[] changed = chunks.get(0).clone();
    changed[changed.length - 1] ^= 1;
    assertRefused(enclave(1).restore(changed), CallError.NOT_UNSEALABLE);
    LookupEnclave skipping = enclave(1);
    await(skipping.restore(chunks.get(0)));
    assertRefused(skipping.restore(NONE), CallError.NOT_UNSEALABLE);
    LookupEnclave doubling = enclave(1);
    await(doubling.restore(chunks.get(0)));
    assertRefused(doubling.restore(chunks.get(0)), CallError.NOT_UNSEALABLE);
  }

  /** Bytes 0 to 17 name the snapshot, 18 to 21 the chunk, 22 says whether it is the last. */
  @Test
  void aChunkIsReadInItsOwnSnapshotAndPlaceOnly() {
    await(enclave.update(registrations(5, 0, 3_000, false)));
    List<byte[]> chunks = snapshot(enclave);
    List<byte[]> others = snapshot(enclave);
    assertThat(chunks).hasSizeGreaterThan(2);
    byte[] last = chunks.getLast();
    byte[] moved = others.get(1).clone();
    System.arraycopy(chunks.get(1), 0, moved, 0, 23);
    byte[] renumbered = last.clone();
    System.arraycopy(chunks.get(1), 18, renumbered, 18, 4);
    byte[] shortened = chunks.get(1).clone();
    shortened[22] = 1;
    for (byte[] wrong : List.of(others.get(1), moved, last, renumbered, shortened)) {
      LookupEnclave later = enclave(1);
      await(later.restore(chunks.get(0)));
      assertRefused(later.restore(wrong), CallError.NOT_UNSEALABLE);
    }
    LookupEnclave later = enclave(1);
    chunks.forEach(chunk -> await(later.restore(chunk)));
    assertRefused(later.restore(last), CallError.NOT_UNSEALABLE);
  }

  /** All chunks of the enclave's table. */
  private static List<byte[]> snapshot(LookupEnclave enclave) {
    List<byte[]> chunks = new ArrayList<>();
    for (byte[] chunk = await(enclave.snapshot(0));
        chunk.length > 0;
        chunk = await(enclave.snapshot(chunks.size()))) {
      chunks.add(chunk);
    }
    return chunks;
  }

  @Test
  void anUpgradeRestoresAnOldSnapshotAndADowngradeCannot() {
    await(enclave.update(registrations(5, 1000, 40, false)));
    List<byte[]> ofVersion1 = snapshot(enclave);
    LookupEnclave upgraded = enclave(1, 2);
    for (byte[] chunk : ofVersion1) {
      await(upgraded.restore(chunk));
    }
    assertThat(await(upgraded.restore(NONE)).sequence()).isEqualTo(5);
    assertThat(state(upgraded).registrations()).isEqualTo(40);

    List<byte[]> ofVersion2 = snapshot(upgraded);
    LookupEnclave downgraded = enclave(1, 1);
    assertRefused(downgraded.restore(ofVersion2.get(0)), CallError.NOT_UNSEALABLE);
    byte[] relabelled = ofVersion2.get(0).clone();
    assertThat(relabelled[1]).isEqualTo((byte) 2);
    relabelled[1] = 1;
    assertRefused(downgraded.restore(relabelled), CallError.NOT_UNSEALABLE);
    assertThat(state(downgraded).registrations()).isZero();
    LookupEnclave current = enclave(1, 2);
    await(current.restore(ofVersion2.get(0)));
  }

  @Test
  void whatIsPaidForRecentRegistrationsIsPaidNowhereElseAndNotForGood() throws Exception {
    LookupEnclave recent = enclave(new SimpleHardware(LookupDeployment.RECENT, 1));
    await(enclave.update(registrations(1, 10, 10, false)));
    await(recent.update(registrations(1, 10, 10, false)));
    EnclaveClient paid = client(enclave);
    byte[] token = paid.ask(request(NONE, EntryKind.NEW, 10, 11).encoded()).token();

    EnclaveClient cheap = client(recent);
    ReceivedTokenReply reply = cheap.ask(request(NONE, EntryKind.NEW, 10, 11).encoded());
    assertThat(reply.charged()).isEqualTo(2);
    assertThat(reply.token()).as("no proof that would be free later").isEqualTo(new byte[64]);
    assertThat(results(cheap, cheap.acknowledge()).account(0)).contains(new UUID(11, 7));

    EnclaveClient elsewhere = client(recent, cheap.ledger());
    assertThat(elsewhere.ask(request(token, EntryKind.PREV, 10, 11).encoded()).outcome())
        .isEqualTo(Outcome.INVALID_TOKEN);
    for (EnclaveClient swapped :
        List.of(client(enclave, cheap.ledger()), client(recent, paid.ledger()))) {
      assertRefused(
          swapped.begin(request(NONE, EntryKind.NEW, 1).encoded()), CallError.NOT_UNSEALABLE);
    }
  }

  @Test
  void anUpgradeHonoursTokensAndLedgers() throws Exception {
    EnclaveClient before = client(enclave);
    byte[] token = before.ask(request(NONE, EntryKind.NEW, 10, 11).encoded()).token();
    LookupEnclave upgraded = enclave(1, 2);
    EnclaveClient after = client(upgraded, before.ledger());
    ReceivedTokenReply answer = after.ask(request(token, EntryKind.PREV, 10, 11).encoded());
    assertThat(answer.granted()).isTrue();
    assertThat(answer.charged()).isZero();
  }

  @Test
  void anUpdateBetweenTwoChunksMakesASnapshotStale() {
    await(enclave.update(registrations(5, 0, 3_000, false)));
    assertThat(await(enclave.snapshot(0))).isNotEmpty();
    await(enclave.update(registrations(6, 9_000, 1, false)));
    assertRefused(enclave.snapshot(1), CallError.SNAPSHOT_STALE);
    assertThat(await(enclave.snapshot(0))).isNotEmpty();
  }

  @Test
  void aTableWithRoomForWhatIsComingDoesNotGrow() throws Exception {
    int most = 3_000;
    LookupEnclave empty = enclave(1);
    long room = await(empty.reserve(most)).capacity();
    assertThat(room).isBetween((long) most, 2L * most);
    assertThat(await(empty.update(registrations(5, 0, most, false))))
        .extracting(TableState::registrations, TableState::capacity, TableState::sequence)
        .containsExactly((long) most, room, 5L);
    EnclaveClient client = client(empty);
    client.ask(request(NONE, EntryKind.NEW, most - 1, most).encoded());
    ReceivedResults found = results(client, client.acknowledge());
    assertThat(found.account(0)).isPresent();
    assertThat(found.account(1)).isEmpty();
  }

  @Test
  void moreThanAnyTableTakesIsRefusedAndLessThanNothingIsNothing() {
    LookupEnclave empty = enclave(1);
    long smallest = await(empty.reserve(0)).capacity();
    assertRefused(empty.reserve(Long.MAX_VALUE), CallError.TABLE_FULL);
    assertRefused(empty.reserve((1L << 32) + 1), CallError.TABLE_FULL);
    assertThat(await(empty.reserve(Long.MIN_VALUE)).capacity()).isEqualTo(smallest);
    assertThat(await(empty.update(registrations(5, 0, 10, false))).registrations()).isEqualTo(10);
  }

  /** Whoever has a key has paid its evaluator. */
  @Test
  void lookupsOfABlindedDeploymentAreFreeAndOfItsEpochOnly() throws Exception {
    String blinded =
        "mode=blinded\nepoch=3\nevaluator.public-key="
            + "ab".repeat(32)
            + "\n"
            + LookupDeployment.ALL;
    LookupEnclave lookup = enclave(new SimpleHardware(blinded, 1));
    await(lookup.update(registrations(1, 10, 1, false)));
    EnclaveClient client = client(lookup);
    assertThat(client.claims().role()).contains(DeploymentRole.LOOKUP);
    assertThat(client.claims().epoch()).isEqualTo(3);
    assertThat(client.claims().oprfPublicKey()).containsOnly(0xab);
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(64, 3, new byte[32], NONE);
    request.set(0, 10, ~10L, EntryKind.NEW);
    ReceivedTokenReply reply = client.ask(request.encoded());
    assertThat(reply.granted()).isTrue();
    assertThat(reply.charged()).isZero();
    assertThat(client.ledger()).isEmpty();
    assertThat(results(client, client.acknowledge()).account(0)).isPresent();
    assertThat(client(lookup).send(request(NONE, EntryKind.NEW, 10).encoded()).close())
        .isEqualTo(SessionEnd.WRONG_EPOCH);
  }
}
