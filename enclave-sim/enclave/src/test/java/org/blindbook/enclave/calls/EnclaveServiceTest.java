package org.blindbook.enclave.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
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
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.ClientHandshake;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.junit.jupiter.api.Test;

/** The enclave as the host sees it, with a real table and channel and no process around it. */
class EnclaveServiceTest {
  private static final byte[] NONE = {};
  private final SecureRandom random = new SecureRandom();
  private final byte[] account = new byte[32];
  private final EnclaveService enclave = enclave(1);

  private EnclaveService enclave(int fuse) {
    return enclave(fuse, 1);
  }

  private EnclaveService enclave(int fuse, int securityVersion) {
    try {
      SimpleHardware hardware = new SimpleHardware("", fuse, securityVersion);
      TableThread table = new TableThread(ObliviousTable.create(RandomSource.system()));
      table.start(Runnable::run, (thread, failure) -> failure.printStackTrace());
      Settings settings = Settings.parse(SimpleHardware.SETTINGS.getBytes(StandardCharsets.UTF_8));
      EnclaveService service =
          new EnclaveService(hardware, settings, table, random, InstantSource.system());
      assertRefused(service.open(account, NONE), CallError.NOT_READY);
      assertThat(await(service.stats()).ready()).isFalse();
      service.admitClients();
      return service;
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

  /** A client as small as possible. */
  private final class Client {
    final Opened opened;
    final SecureChannel channel;
    byte[] ledger = NONE;
    byte[] lastReply = NONE;

    Client(EnclaveService enclave) throws Exception {
      opened = await(enclave.open(account, new byte[32]));
      Claims claims = Claims.decode(opened.offer().claims());
      assertThat(claims.nonce().orElseThrow()).isEqualTo(new byte[32]);
      assertThat(Arrays.copyOf(opened.offer().evidence(), 32)).isEqualTo(claims.digest());
      ClientHandshake handshake =
          new ClientHandshake(claims.channelKey(), Prologue.of(claims), random);
      Received received = await(enclave.receive(opened.session(), handshake.writeMessage1(), NONE));
      channel = handshake.readMessage2(received.reply());
      assertThat(received.close()).isEqualTo(SessionEnd.OPEN);
    }

    Received send(EnclaveService enclave, byte[] plaintext) {
      Received received = await(enclave.receive(opened.session(), channel.seal(plaintext), ledger));
      if (received.ledger().length > 0) {
        ledger = received.ledger();
      }
      lastReply = received.reply();
      return received;
    }
  }

  private static DiscoveryRequest request(byte[] token, EntryKind kind, long... keys) {
    DiscoveryRequest request = DiscoveryRequest.create(64, 0, new byte[32], token);
    for (int i = 0; i < keys.length; i++) {
      request.set(i, keys[i], ~keys[i], kind);
    }
    return request;
  }

  @Test
  void registeredContactsAreFoundAndOthersAreNot() throws Exception {
    await(enclave.update(registrations(9, 1_000, 500, false)));
    Client client = new Client(enclave);
    DiscoveryRequest request = request(NONE, EntryKind.NEW, 1_000, 5, 1_499, 1_500);
    TokenReply token =
        TokenReply.decode(client.channel.open(client.send(enclave, request.encoded()).reply()));
    assertThat(token.granted()).isTrue();
    assertThat(token.charged()).isEqualTo(4);
    Received last = client.send(enclave, Acknowledgement.encode());
    assertThat(last.close()).isEqualTo(SessionEnd.COMPLETE);
    Results results = Results.decode(client.channel.open(last.reply()), 64);
    assertThat(results.account(0)).contains(new UUID(1_001, 7));
    assertThat(results.account(1)).isEmpty();
    assertThat(results.account(2)).contains(new UUID(1_500, 7));
    assertThat(results.account(3)).isEmpty();
    assertThat(IntStream.range(4, 64).allMatch(i -> results.account(i).isEmpty())).isTrue();
    assertThat(await(enclave.stats()).sequence()).isEqualTo(9);
    assertThat(await(enclave.stats()).records()).isEqualTo(500);
  }

  @Test
  void keptContactsAreFreeWithTheTokenAndDiscardedOnesAreNotAnswered() throws Exception {
    await(enclave.update(registrations(1, 10, 10, false)));
    Client first = new Client(enclave);
    byte[] reply = first.send(enclave, request(NONE, EntryKind.NEW, 10, 11).encoded()).reply();
    byte[] token = TokenReply.decode(first.channel.open(reply)).token();

    Client second = new Client(enclave);
    second.ledger = first.ledger;
    DiscoveryRequest request = request(token, EntryKind.PREV, 10, 11);
    request.set(1, 11, ~11L, EntryKind.DISCARD);
    reply = second.send(enclave, request.encoded()).reply();
    assertThat(TokenReply.decode(second.channel.open(reply)).charged()).isZero();
    Received last = second.send(enclave, Acknowledgement.encode());
    Results results = Results.decode(second.channel.open(last.reply()), 64);
    assertThat(results.account(0)).isPresent();
    assertThat(results.account(1)).isEmpty();

    Client forger = new Client(enclave);
    Received refused = forger.send(enclave, request(token, EntryKind.PREV, 10, 12).encoded());
    assertThat(refused.close()).isEqualTo(SessionEnd.INVALID_TOKEN);
    assertThat(refused.reply()).isEmpty();
  }

  @Test
  void anAccountWithoutPermitsIsRefusedInsideTheChannel() throws Exception {
    long[] keys = IntStream.range(0, 1_001).asLongStream().toArray();
    DiscoveryRequest big = DiscoveryRequest.create(1_024, 0, new byte[32], NONE);
    for (int i = 0; i < keys.length; i++) {
      big.set(i, keys[i], 1, EntryKind.NEW);
    }
    Client client = new Client(enclave);
    Received refused = client.send(enclave, big.encoded());
    assertThat(refused.close()).isEqualTo(SessionEnd.COMPLETE);
    assertThat(refused.ledger()).isNotEmpty();
    TokenReply reply = TokenReply.decode(client.channel.open(refused.reply()));
    assertThat(reply.granted()).isFalse();
    assertThat(reply.retryAfterSeconds()).isZero();
  }

  @Test
  void messagesOutOfOrderOrNotGenuineEndTheSession() throws Exception {
    Opened opened = await(enclave.open(account, NONE));
    assertThat(await(enclave.receive(opened.session(), new byte[1632], NONE)).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
    Client client = new Client(enclave);
    byte[] sealed = client.channel.seal(request(NONE, EntryKind.NEW, 1).encoded());
    sealed[200] ^= 1;
    long session = client.opened.session();
    assertThat(await(enclave.receive(session, sealed, NONE)).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
    Client hasty = new Client(enclave);
    assertThat(hasty.send(enclave, Acknowledgement.encode()).close())
        .isEqualTo(SessionEnd.BAD_REQUEST);
    Client closed = new Client(enclave);
    await(enclave.close(closed.opened.session()));
    assertRefused(
        enclave.receive(closed.opened.session(), new byte[9], NONE), CallError.UNKNOWN_SESSION);
    assertRefused(enclave.open(new byte[31], NONE), CallError.BAD_CALL);
    assertRefused(enclave.open(account, new byte[1]), CallError.BAD_CALL);
    Client damaged = new Client(enclave);
    damaged.ledger = new byte[40];
    assertThatThrownBy(() -> damaged.send(enclave, request(NONE, EntryKind.NEW, 1).encoded()))
        .hasRootCauseInstanceOf(CallException.class);
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
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Client client = new Client(enclave);
      client.send(enclave, request(NONE, EntryKind.NEW, i, 5_000 + i, 500).encoded());
      clients.add(client);
    }
    List<CompletionStage<Received>> answers = new ArrayList<>();
    for (Client client : clients) {
      client.channel.open(client.lastReply);
      answers.add(
          enclave.receive(
              client.opened.session(), client.channel.seal(Acknowledgement.encode()), NONE));
    }
    for (int i = 0; i < clients.size(); i++) {
      Results results =
          Results.decode(clients.get(i).channel.open(await(answers.get(i)).reply()), 64);
      assertThat(results.account(0)).contains(new UUID(i + 1, 7));
      assertThat(results.account(1)).isEmpty();
      assertThat(results.account(2)).contains(new UUID(501, 7));
    }
    assertThat(await(enclave.stats()).batches()).isLessThan(30);
  }

  @Test
  void aSnapshotRestoresInALaterEnclaveAndInNoOther() throws Exception {
    await(enclave.update(registrations(5, 0, 3_000, false)));
    await(enclave.update(registrations(6, 100, 50, true)));
    List<byte[]> chunks = snapshot(enclave);
    EnclaveService later = enclave(1);
    for (byte[] chunk : chunks) {
      assertThat(await(later.restore(chunk))).isZero();
    }
    assertThat(await(later.restore(NONE))).isEqualTo(6);
    assertThat(await(later.stats()).records()).isEqualTo(2_950);
    Client client = new Client(later);
    client.send(later, request(NONE, EntryKind.NEW, 99, 100, 2_999).encoded());
    client.channel.open(client.lastReply);
    Received last = client.send(later, Acknowledgement.encode());
    Results results = Results.decode(client.channel.open(last.reply()), 64);
    assertThat(results.account(0)).contains(new UUID(100, 7));
    assertThat(results.account(1)).isEmpty();
    assertThat(results.account(2)).contains(new UUID(3_000, 7));

    assertRefused(enclave(2).restore(chunks.get(0)), CallError.NOT_UNSEALABLE);
    byte[] changed = chunks.get(0).clone();
    changed[changed.length - 1] ^= 1;
    assertRefused(enclave(1).restore(changed), CallError.NOT_UNSEALABLE);
    EnclaveService skipping = enclave(1);
    await(skipping.restore(chunks.get(0)));
    assertRefused(skipping.restore(NONE), CallError.NOT_UNSEALABLE);
    EnclaveService doubling = enclave(1);
    await(doubling.restore(chunks.get(0)));
    assertRefused(doubling.restore(chunks.get(0)), CallError.NOT_UNSEALABLE);
  }

  /** All chunks of the enclave's table. */
  private static List<byte[]> snapshot(EnclaveService enclave) {
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
    EnclaveService upgraded = enclave(1, 2);
    for (byte[] chunk : ofVersion1) {
      await(upgraded.restore(chunk));
    }
    assertThat(await(upgraded.restore(NONE))).isEqualTo(5);
    assertThat(await(upgraded.stats()).records()).isEqualTo(40);

    List<byte[]> ofVersion2 = snapshot(upgraded);
    EnclaveService downgraded = enclave(1, 1);
    assertRefused(downgraded.restore(ofVersion2.get(0)), CallError.NOT_UNSEALABLE);
    byte[] relabelled = ofVersion2.get(0).clone();
    assertThat(relabelled[1]).isEqualTo((byte) 2);
    relabelled[1] = 1;
    assertRefused(downgraded.restore(relabelled), CallError.NOT_UNSEALABLE);
    assertThat(await(downgraded.stats()).records()).isZero();
    EnclaveService current = enclave(1, 2);
    await(current.restore(ofVersion2.get(0)));
  }

  @Test
  void anUpgradeHonoursTokensAndLedgers() throws Exception {
    Client before = new Client(enclave);
    byte[] reply = before.send(enclave, request(NONE, EntryKind.NEW, 10, 11).encoded()).reply();
    byte[] token = TokenReply.decode(before.channel.open(reply)).token();
    EnclaveService upgraded = enclave(1, 2);
    Client after = new Client(upgraded);
    after.ledger = before.ledger;
    byte[] again = after.send(upgraded, request(token, EntryKind.PREV, 10, 11).encoded()).reply();
    TokenReply answer = TokenReply.decode(after.channel.open(again));
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
}
