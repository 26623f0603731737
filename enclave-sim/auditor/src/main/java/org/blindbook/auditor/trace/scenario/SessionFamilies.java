package org.blindbook.auditor.trace.scenario;

import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.GRANTED;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.INVALID_TOKEN;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.REFUSED;
import static org.blindbook.protocol.lookup.EntryKind.NEW;
import static org.blindbook.protocol.lookup.EntryKind.PREV;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;

/** Sessions that begin an account, that end early, and that outlive the key they began with. */
final class SessionFamilies {
  private static final byte[] NONE = {};
  private static final int ACCOUNT = 4;
  private static final int EPOCH = 1;

  /** Longer than a channel key serves, see {@link FixedHardware}. */
  private static final int KEY_LIFETIME_SECONDS = 601;

  private final int size;
  private final List<Key> registered;
  private final List<Key> unknown;

  SessionFamilies(Scale scale) {
    this.size = scale.sizeClass();
    this.registered = Key.random(131, size);
    this.unknown = Key.random(242, size);
  }

  List<Family> all() {
    return List.of(
        firstRequests(), foreignLedgers(), epochs(), malformed(), closings(), rotations());
  }

  private interface Body {
    void run(LookupStage stage) throws Exception;
  }

  /** Permits for half a request. */
  private Input input(String name, Body body) {
    return on(name, new FixedHardware(1, size / 2), body);
  }

  private Input on(String name, FixedHardware hardware, Body body) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, hardware);
          stage.update(Key.registrations(registered));
          stage.watch();
          body.run(stage);
        });
  }

  private Family firstRequests() {
    return new Family(
        "first-requests",
        "What an account without a ledger asks for, and whether it is granted.",
        List.of(
            first("a few contacts", registered.subList(0, 5), GRANTED),
            first("nobody", List.of(), GRANTED),
            first("as many as the permits", unknown.subList(0, size / 2), GRANTED),
            first("one too many", registered.subList(0, size / 2 + 1), REFUSED),
            first("a full request", unknown, REFUSED),
            input(
                "a token that covers nothing",
                stage -> {
                  byte[] token = new byte[DiscoveryRequest.TOKEN_BYTES];
                  Entries kept = Entries.of(registered.subList(0, 5), PREV);
                  ask(stage, kept.request(size, 1, token), INVALID_TOKEN);
                })));
  }

  private Input first(String name, List<Key> asked, Outcome outcome) {
    return input(name, stage -> ask(stage, Entries.of(asked, NEW).request(size, 1, NONE), outcome));
  }

  private static void ask(LookupStage stage, byte[] request, Outcome outcome) throws Exception {
    Client.session(stage, ACCOUNT, request, NONE, outcome);
  }

  private Family foreignLedgers() {
    return new Family(
        "foreign-ledgers",
        "What is asked for with a ledger that is not the account's, and what is wrong with it.",
        List.of(
            foreign("another account's", registered, ACCOUNT + 1, 0),
            foreign("changed at its beginning", unknown, ACCOUNT, 1),
            foreign("changed at its end", List.of(), ACCOUNT, Integer.MAX_VALUE)));
  }

  /**
   * @param changed bytes up to the one that is changed, none when 0
   */
  private Input foreign(String name, List<Key> asked, int account, int changed) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, size));
          stage.update(Key.registrations(registered));
          byte[] first = Entries.of(registered.subList(0, 5), NEW).request(size, 1, NONE);
          byte[] ledger = Client.session(stage, account, first, NONE, GRANTED);
          if (changed > 0) {
            ledger[Math.min(changed, ledger.length) - 1] ^= 1;
          }
          stage.watch();
          Client client = new Client(stage, ACCOUNT);
          byte[] request = Entries.of(asked, NEW).request(size, 2, NONE);
          CompletableFuture<Received> answer =
              client.begin("request", client.seal(request), ledger);
          stage.pass();
          if (!answer.isCompletedExceptionally()) {
            throw new IllegalStateException("the enclave took a ledger that it did not seal");
          }
          client.leave();
        });
  }

  private Family epochs() {
    return new Family(
        "epochs",
        "What is asked for in a request of an epoch that is not served.",
        List.of(
            ofEpoch("all registered", registered),
            ofEpoch("nobody registered", unknown),
            ofEpoch("one contact", registered.subList(0, 1)),
            ofEpoch("nobody", List.of())));
  }

  private Input ofEpoch(String name, List<Key> asked) {
    return on(
        name,
        FixedHardware.blinded(size, EPOCH),
        stage -> {
          byte[] request = Entries.of(asked, NEW).ofEpoch(EPOCH + 1).request(size, 1, NONE);
          Client.reject(stage, ACCOUNT, request, SessionEnd.WRONG_EPOCH);
        });
  }

  private Family malformed() {
    return new Family(
        "malformed",
        "What is wrong with a request of a correct length, and what it asks for.",
        List.of(
            wrong("another type", registered, 0, 9),
            wrong("a reserved byte of the type", registered, 2, 1),
            wrong("a reserved byte of the header", unknown, 13, 1),
            wrong("an unknown kind of the first entry", registered, kindAt(0), 4),
            wrong("an unknown kind of the last entry", unknown, kindAt(size - 1), 0x80),
            wrong("an unknown kind in an empty request", List.of(), kindAt(3), 8)));
  }

  private int kindAt(int entry) {
    return DiscoveryRequest.kindAt(size, entry);
  }

  private Input wrong(String name, List<Key> asked, int at, int value) {
    return input(
        name,
        stage -> {
          byte[] request = Entries.of(asked, NEW).request(size, 1, NONE);
          request[at] = (byte) value;
          Client.reject(stage, ACCOUNT, request, SessionEnd.BAD_REQUEST);
        });
  }

  private Family closings() {
    return new Family(
        "closings",
        "What was asked for in sessions that the host closes: after each message, and in a pass.",
        List.of(
            closed("granted, all found", registered.subList(0, 5)),
            closed("granted, nobody found", unknown.subList(0, size / 2)),
            closed("granted, nobody asked for", List.of()),
            closed("refused", registered),
            closed("refused, nobody registered", unknown)));
  }

  private Input closed(String name, List<Key> asked) {
    return input(
        name,
        stage -> {
          byte[] request = Entries.of(asked, NEW).request(size, 1, NONE);
          Client.connect(stage, ACCOUNT).leave();
          new Client(stage, ACCOUNT).leave();
          Client answered = new Client(stage, ACCOUNT);
          answered.request(request, NONE);
          answered.leave();
          Client acknowledged = new Client(stage, ACCOUNT);
          acknowledged.request(request, NONE);
          acknowledged.acknowledge();
          acknowledged.close();
          stage.pass(); // its lookup waited; the answer finds no channel any more
          Client served = new Client(stage, ACCOUNT);
          served.request(request, NONE);
          served.acknowledge();
          stage.pass();
          served.leave();
        });
  }

  private Family rotations() {
    return new Family(
        "rotations",
        "What is asked for in sessions that began under a channel key that was replaced since.",
        List.of(
            rotated("granted, all found", registered.subList(0, 5), GRANTED),
            rotated("granted, nobody found", unknown.subList(0, size / 2), GRANTED),
            rotated("granted, nobody asked for", List.of(), GRANTED),
            rotated("refused", registered, REFUSED)));
  }

  private Input rotated(String name, List<Key> asked, Outcome outcome) {
    return input(
        name,
        stage -> {
          byte[] request = Entries.of(asked, NEW).request(size, 1, NONE);
          Client early = Client.connect(stage, ACCOUNT);
          Client late = Client.connect(stage, ACCOUNT);
          stage.elapse(KEY_LIFETIME_SECONDS);
          ask(stage, request, outcome); // under a new key
          early.shakeHands();
          early.request(request, NONE);
          early.acknowledge();
          stage.pass();
          early.leave();
          stage.elapse(KEY_LIFETIME_SECONDS);
          ask(stage, request, outcome);
          late.sendHandshake(); // its key is wiped
          late.leave();
        });
  }
}
