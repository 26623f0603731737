package org.blindbook.enclave.warmup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.calls.EnclaveService;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.NoiseException;

/**
 * What the clients of one size class can bring about, played against a throw-away enclave on the
 * calling thread. C2 leaves out of its code what it has not seen happen; the first client who makes
 * it happen would send everybody back to the warm-up. Every step is checked to end as it is meant
 * to, or it would warm up something else.
 */
final class Conversations {
  /** Of which contacts a request consists. */
  enum Contacts {
    MIXED,
    ALL_REGISTERED,
    NONE_REGISTERED,
    ALL_THE_SAME
  }

  private static final byte[] NO_TOKEN = {};
  private static final int REGISTRATIONS = 1 << 11;
  private static final byte[] RETRY_NONCE = new byte[DiscoveryRequest.NONCE_BYTES];

  private final int size;
  private final Optional<Settings.Blinded> blinded;
  private final SecureRandom random;
  private final TableThread table;
  private final EnclaveService enclave;
  private final long[] registered = new long[REGISTRATIONS];
  private long seconds;

  /**
   * @param size the size class
   */
  Conversations(int size, Optional<Settings.Blinded> blinded, SecureRandom random)
      throws IOException {
    this.size = size;
    this.blinded = blinded;
    this.random = random;
    // Half a request can be paid once and not twice, a whole one never.
    ThrowAwayHardware hardware = new ThrowAwayHardware(blinded, size / 4 * 3, random);
    this.table = new TableThread(ObliviousTable.create(RandomSource.of(random)));
    this.enclave =
        new EnclaveService(
            hardware,
            Settings.parse(hardware.launch().settings()),
            table,
            random,
            () -> Instant.ofEpochSecond(seconds));
    enclave.admitClients();
    if (blinded.isPresent() && blinded.get().role().evaluates()) {
      await(enclave.evaluatorKey(new byte[0]).toCompletableFuture());
    }
    RandomSource.of(random).fill(registered);
    ByteBuffer entries = ByteBuffer.allocate(REGISTRATIONS * Update.ENTRY_BYTES);
    for (long key : registered) {
      entries.putLong(key).putLong(~key).putLong(key).putLong(1);
    }
    await(enclave.update(new Update(1, entries.array())).toCompletableFuture());
  }

  private <T> T await(CompletableFuture<T> answer) {
    table.runWaiting();
    return answer.join();
  }

  /** Two clients who pay, repeat, keep, discard and run out of permits. */
  void play(Contacts contacts) throws MalformedMessageException, NoiseException {
    DummyClient one = new DummyClient(enclave, random);
    DummyClient two = new DummyClient(enclave, random);
    List<DummyClient> both = List.of(one, two);
    long[] half = keys(contacts, size / 2);
    for (DummyClient client : both) {
      int cost = blinded.isPresent() ? 0 : half.length;
      check(client.ask(request(NO_TOKEN, half, EntryKind.NEW)).charged() == cost);
    }
    receiveResults(both, contacts, half.length);
    for (DummyClient client : both) {
      check(client.ask(request(NO_TOKEN, half, EntryKind.NEW)).charged() == 0);
    }
    receiveResults(both, contacts, half.length);
    check(one.ask(request(one.token(), half, EntryKind.PREV)).charged() == 0);
    check(two.ask(request(two.token(), half, EntryKind.DISCARD)).charged() == 0);
    receiveResults(List.of(one), contacts, half.length);
    receiveResults(List.of(two), contacts, 0);
    check(two.ask(request(NO_TOKEN, new long[0], EntryKind.NEW)).granted());
    if (blinded.isEmpty()) {
      runOut(contacts, one, two, half);
    }
    both.forEach(DummyClient::leave);
  }

  private void runOut(Contacts contacts, DummyClient one, DummyClient two, long[] half)
      throws MalformedMessageException, NoiseException {
    check(two.refusal(request(one.token(), half, EntryKind.PREV)) == SessionEnd.INVALID_TOKEN);
    long[] others = keys(contacts, size / 2);
    others[0]++;
    TokenReply later = one.ask(request(NO_TOKEN, others, EntryKind.NEW));
    check(!later.granted() && later.retryAfterSeconds() > 0);
    TokenReply never = one.ask(request(NO_TOKEN, keys(contacts, size), EntryKind.NEW));
    check(!never.granted() && never.retryAfterSeconds() == 0);
    seconds += later.retryAfterSeconds();
    check(one.ask(request(NO_TOKEN, others, EntryKind.NEW)).granted());
  }

  /** Messages that no correct client sends; each ends its session. */
  void misbehave() throws MalformedMessageException, NoiseException {
    DummyClient client = new DummyClient(enclave, random);
    byte[] message = client.firstMessage();
    check(client.send(Arrays.copyOf(message, 9)) == SessionEnd.BAD_REQUEST);
    byte[] smallOrder = client.firstMessage();
    Arrays.fill(smallOrder, 0, 32, (byte) 0);
    check(client.send(smallOrder) == SessionEnd.BAD_REQUEST);
    for (int at : new int[] {0, 40, message.length - 1}) {
      byte[] damaged = client.firstMessage();
      damaged[at] ^= 1;
      check(client.send(damaged) == SessionEnd.BAD_REQUEST);
      check(client.send(damaged) == SessionEnd.BAD_REQUEST);
    }
    byte[] good = request(NO_TOKEN, keys(Contacts.MIXED, 8), EntryKind.NEW);
    // Type, capacity, epoch, padding, and the kind of the first and the last contact.
    for (int at : new int[] {0, 5, 11, 15, good.length - size, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 64;
      SessionEnd end = at == 11 ? SessionEnd.WRONG_EPOCH : SessionEnd.BAD_REQUEST;
      check(client.refusal(bad) == end);
    }
    check(client.refusal(Arrays.copyOf(good, 50)) == SessionEnd.BAD_REQUEST);
    check(client.refusal(Arrays.copyOf(good, good.length - 1)) == SessionEnd.BAD_REQUEST);
    check(client.refusal(new byte[0]) == SessionEnd.BAD_REQUEST);
    client.connect();
    check(client.send(new byte[8]) == SessionEnd.BAD_REQUEST);
    client.connect();
    byte[] sealed = client.sealed(good);
    sealed[20] ^= 1;
    check(client.send(sealed) == SessionEnd.BAD_REQUEST);
    check(client.ask(good).granted());
    check(client.send(client.sealed(good)) == SessionEnd.BAD_REQUEST);
    client.leave();
  }

  private long[] keys(Contacts contacts, int count) {
    long[] keys = new long[count];
    RandomSource.of(random).fill(keys);
    int first = random.nextInt(REGISTRATIONS);
    for (int i = 0; i < count; i++) {
      long known = registered[(first + i) % REGISTRATIONS];
      keys[i] =
          switch (contacts) {
            case MIXED -> i % 2 == 0 ? known : keys[i];
            case ALL_REGISTERED -> known;
            case NONE_REGISTERED -> keys[i];
            case ALL_THE_SAME -> keys[0];
          };
    }
    return keys;
  }

  private byte[] request(byte[] token, long[] keys, EntryKind kind) {
    int epoch = blinded.map(Settings.Blinded::epoch).orElse(0);
    DiscoveryRequest request = DiscoveryRequest.create(size, epoch, RETRY_NONCE, token);
    for (int i = 0; i < keys.length; i++) {
      request.set(i, keys[i], ~keys[i], kind);
    }
    return request.encoded();
  }

  /** All of them at once, so that one pass answers several. */
  private void receiveResults(List<DummyClient> clients, Contacts contacts, int asked)
      throws MalformedMessageException, NoiseException {
    List<CompletableFuture<Received>> answers =
        clients.stream().map(DummyClient::acknowledge).toList();
    table.runWaiting();
    for (int i = 0; i < clients.size(); i++) {
      Results results = Results.decode(clients.get(i).open(answers.get(i).join()), size);
      long found = IntStream.range(0, size).filter(j -> results.account(j).isPresent()).count();
      long expected =
          switch (contacts) {
            case MIXED -> asked / 2;
            case ALL_REGISTERED -> asked;
            case NONE_REGISTERED, ALL_THE_SAME -> 0;
          };
      check(found == expected);
      clients.get(i).leave();
    }
  }

  private static void check(boolean right) {
    if (!right) {
      throw new IllegalStateException("a dummy client was not answered as it should be");
    }
  }
}
