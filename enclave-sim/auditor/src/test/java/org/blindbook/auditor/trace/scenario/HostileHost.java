package org.blindbook.auditor.trace.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.scenario.HostView.State;
import org.blindbook.auditor.trace.scenario.HostView.Step;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.EnclaveCalls.Received;

/** A host that does what it likes with the sessions of one account. */
final class HostileHost {
  private static final byte[] NONE = {};
  private static final int ACCOUNT = 7;
  private static final int SMALLEST_CLASS = 64;

  /** Charges that a ledger keeps. */
  private static final int CHARGES = 8;

  private final SplittableRandom script;
  private final User user;
  private final Stage<?> stage;

  /** All that it was ever given for the account, and none. */
  private final List<byte[]> ledgers = new ArrayList<>(List.of(NONE));

  HostileHost(SplittableRandom script, User user, Recorder recorder) throws Exception {
    this.script = script;
    this.user = user;
    this.stage = user.stage(recorder);
  }

  /** What it sees of some sessions. */
  HostView view() throws Exception {
    int actions = 3 + script.nextInt(5);
    for (int i = 0; i < actions; i++) {
      act();
    }
    return stage.view();
  }

  private void act() throws Exception {
    switch (script.nextInt(16)) {
      case 0, 1, 2, 3 -> serve(latestLedger());
      case 4, 5 -> serve(anyLedger());
      case 6, 7 -> drop(script.nextInt(4));
      case 8, 9 -> replay();
      case 10, 11, 12 -> ask(script.nextInt(65), script.nextInt(12), latestLedger());
      case 13 -> searchTheCharges();
      default -> stage.elapse(script.nextInt(2_000));
    }
  }

  private int sizeClass() {
    return SMALLEST_CLASS << script.nextInt(2);
  }

  private byte[] latestLedger() {
    return ledgers.getLast();
  }

  /** Rolls back. */
  private byte[] anyLedger() {
    return ledgers.get(script.nextInt(ledgers.size()));
  }

  private void keep(byte[] ledger) {
    if (ledger.length > 0) {
      ledgers.add(ledger);
    }
  }

  /** A session of the user's, to its end. */
  private void serve(byte[] ledger) throws Exception {
    Client client = new Client(stage, ACCOUNT);
    ask(client, user.request(sizeClass()), ledger);
    CompletableFuture<Received> result = client.acknowledge();
    stage.pass();
    client.finish(result.join());
  }

  private void ask(Client client, byte[] request, byte[] ledger) throws Exception {
    Client.Answered answer = client.request(request, ledger);
    keep(answer.ledger());
    user.answered(answer);
  }

  /** A session of the user's that ends early. */
  private void drop(int step) throws Exception {
    Client client = Client.connect(stage, ACCOUNT);
    if (step > 0) {
      client.shakeHands();
    }
    if (step > 1) {
      Client.Answered answer = client.request(user.request(sizeClass()), latestLedger());
      keep(answer.ledger());
    }
    if (step > 2) {
      client.acknowledge();
    }
    client.leave();
  }

  /** Forks: one ledger for two sessions, and a message of one for both, and twice. */
  private void replay() throws Exception {
    byte[] ledger = anyLedger();
    Client first = new Client(stage, ACCOUNT);
    Client second = new Client(stage, ACCOUNT);
    byte[] sealed = first.seal(user.request(sizeClass()));
    Received answer = first.send("request", sealed, ledger);
    keep(answer.ledger());
    trySending(first, sealed, ledger);
    trySending(second, sealed, ledger);
    first.leave();
    second.leave();
    serve(ledger);
  }

  private static void trySending(Client client, byte[] sealed, byte[] ledger) {
    try {
      client.send("replay", sealed, ledger);
    } catch (CompletionException e) {
      // The call's error stands in the view.
    }
  }

  /** Asks in the user's account, and reads the answer: it is part of what the host sees. */
  private void ask(int count, int number, byte[] ledger) throws Exception {
    Client client = new Client(stage, ACCOUNT);
    Client.Answered answer =
        client.request(user.hostsRequest(SMALLEST_CLASS, count, number), ledger);
    keep(answer.ledger());
    CompletableFuture<Received> result = client.acknowledge();
    stage.pass();
    byte[] read = client.open(result.join());
    client.leave();
    String seen =
        answer.reply().outcome()
            + " "
            + answer.reply().charged()
            + " "
            + answer.reply().retryAfterSeconds()
            + " "
            + Arrays.hashCode(answer.reply().token())
            + " "
            + HexFormat.of().formatHex(Sha256.of(read));
    stage.hostSees(new Step("read", 0, 0, 0, 0, 0, seen, "", 0, State.NOT_ASKED));
  }

  /**
   * Fills the account's charges with its own, lets the user ask once, and asks again for each: what
   * is still free tells what the user's request pushed out.
   */
  private void searchTheCharges() throws Exception {
    for (int i = 0; i < CHARGES; i++) {
      ask(1, i, latestLedger());
    }
    serve(latestLedger());
    byte[] after = latestLedger();
    for (int i = 0; i < CHARGES; i++) {
      ask(1, i, after);
    }
  }
}
