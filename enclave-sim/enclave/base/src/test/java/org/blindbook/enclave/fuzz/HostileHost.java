package org.blindbook.enclave.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.enclave.calls.ModelledEnclave.Ledger;
import org.blindbook.enclave.calls.ModelledEnclave.Message;
import org.blindbook.enclave.calls.ModelledEnclave.Place;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;

/**
 * Makes any calls in any order: with numbers of sessions that are open, ended, closed or nobody's,
 * with ledgers that are old, others' or damaged, and calls that are none.
 */
final class HostileHost {
  private static final byte[] NONE = {};
  private static final int ACCOUNTS = 3;
  private static final int NONCE_BYTES = 32;
  private static final int LONG_TIME = 601;
  private static final int ACCOUNT_BYTES = EnclaveCalls.ACCOUNT_BYTES;

  private final ModelledEnclave enclave;
  private final Role role;
  private final HostsClock clock;
  private final ClientMessages messages;

  HostileHost(ModelledEnclave enclave, Role role, HostsClock clock) {
    this.enclave = enclave;
    this.role = role;
    this.clock = clock;
    this.messages = new ClientMessages(role);
  }

  /** One sequence, after which nothing of it is left. */
  void run(RecordedClient client, SplittableRandom random) {
    int calls = 1 + random.nextInt(16);
    for (int i = 0; i < calls; i++) {
      act(client, random);
    }
    if (random.nextInt(5_000) == 0) {
      flood();
    }
    role.leave(enclave);
    enclave.leave();
  }

  private void act(RecordedClient client, SplittableRandom random) {
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> enclave.open(random.nextInt(ACCOUNTS), nonce(random));
      case 3, 4, 5, 6, 7, 8, 9, 10 -> relay(client, random);
      case 11, 12, 13 -> enclave.close(session(random));
      case 14 -> enclave.offer(nonce(random));
      case 15 -> enclave.check();
      case 16 -> malformed(random);
      case 17 -> work(random);
      default -> role.call(enclave, random);
    }
  }

  /** Now and then so late that it is time for another channel key. */
  private void work(SplittableRandom random) {
    enclave.work();
    clock.elapse(random.nextInt(50) == 0 ? LONG_TIME : 1);
  }

  /** More sessions than there may be. */
  private void flood() {
    for (int i = 0; i <= ModelledEnclave.MOST_SESSIONS; i++) {
      enclave.open(0, NONE);
    }
  }

  private static byte[] nonce(SplittableRandom random) {
    byte[] nonce = new byte[random.nextInt(4) == 0 ? NONCE_BYTES : 0];
    random.nextBytes(nonce);
    return nonce;
  }

  private void relay(RecordedClient client, SplittableRandom random) {
    long session = session(random);
    Place expected = enclave.expected(session);
    // Handshakes take long, and what comes after one needs two honest messages.
    boolean honest = random.nextInt(12) < (expected == Place.HANDSHAKE ? 1 : 8);
    Message message =
        honest ? messages.honest(client, expected, random) : messages.any(client, expected, random);
    enclave.receive(session, message, ledger(random));
  }

  private long session(SplittableRandom random) {
    List<Long> open = enclave.openSessions();
    List<Long> closed = enclave.closedSessions();
    int kind = random.nextInt(8);
    if (kind < 6 && !open.isEmpty()) {
      return open.get(random.nextInt(open.size()));
    } else if (kind < 7 && !closed.isEmpty()) {
      return closed.get(random.nextInt(closed.size()));
    }
    return -random.nextLong(1L << 62);
  }

  private Ledger ledger(SplittableRandom random) {
    List<Ledger> known = enclave.ledgers();
    if (known.isEmpty() || random.nextInt(4) == 0) {
      return Ledger.EMPTY;
    }
    Ledger ledger = known.get(random.nextInt(known.size()));
    if (random.nextInt(4) > 0) {
      return ledger;
    }
    byte[] damaged = Damage.to(ledger.bytes(), random);
    return damaged.length == 0 ? Ledger.EMPTY : new Ledger(damaged, -1);
  }

  /** Bytes that are no call: cut off, too long, or of an operation that there is none of. */
  private void malformed(SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(ACCOUNT_BYTES)];
    random.nextBytes(noise);
    List<CompletionStage<byte[]>> calls = new ArrayList<>();
    calls.add(enclave.begin(6 + random.nextInt(10), noise));
    calls.add(enclave.begin(32 + random.nextInt(224), noise));
    byte[] open = ModelledEnclave.fields(new byte[ACCOUNT_BYTES], new byte[NONCE_BYTES]);
    calls.add(enclave.begin(CallWire.OPEN, resized(open, random)));
    calls.add(enclave.begin(CallWire.OPEN, ModelledEnclave.fields(noise, NONE)));
    byte[] receive = ModelledEnclave.receivePayload(session(random), noise, NONE);
    calls.add(enclave.begin(CallWire.RECEIVE, resized(receive, random)));
    calls.add(enclave.begin(CallWire.CLOSE, resized(ModelledEnclave.number(1), random)));
    calls.add(enclave.begin(CallWire.OFFER, resized(new byte[NONCE_BYTES], random)));
    calls.forEach(call -> ModelledEnclave.refused(call, CallError.BAD_CALL));
  }

  /** One byte or more, that is of another length. */
  private static byte[] resized(byte[] call, SplittableRandom random) {
    int change = 1 + random.nextInt(call.length - 1);
    return Arrays.copyOf(call, random.nextBoolean() ? call.length + change : call.length - change);
  }
}
