package org.blindbook.auditor.trace.scenario;

import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.GRANTED;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.INVALID_TOKEN;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.REFUSED;
import static org.blindbook.protocol.lookup.EntryKind.DISCARD;
import static org.blindbook.protocol.lookup.EntryKind.NEW;
import static org.blindbook.protocol.lookup.EntryKind.PREV;

import java.util.List;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.calls.SessionEnd;

/**
 * What a request costs, what its token covers, and whether it is granted: only the client learns.
 */
final class PermitFamilies {
  private static final byte[] NONE = {};
  private static final int ACCOUNT = 3;
  private static final int LONGER_THAN_A_DAY = 100_000;

  /** Contacts, and nonce, of the second charge. */
  private static final int LATER = 5;

  private final int size;
  private final int half;
  private final List<Key> paid;
  private final List<Key> fresh;

  PermitFamilies(Scale scale) {
    this.size = scale.sizeClass();
    this.half = size / 2;
    this.paid = Key.random(901, half);
    this.fresh = Key.random(902, size);
  }

  List<Family> all() {
    return List.of(kinds(), charges(), devices(), days(), tokens(), damage());
  }

  /** A session that pays for half a class of contacts, then one under watch. */
  private interface Second {
    void session(LookupStage stage, byte[] token, byte[] ledger) throws Exception;
  }

  private Input after(String name, int permits, Second second) {
    return new Input(name, recorder -> twoSessions(recorder, permits, second));
  }

  private void twoSessions(Recorder recorder, int permits, Second second) throws Exception {
    LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, permits));
    stage.update(Key.registrations(paid));
    Client first = new Client(stage, ACCOUNT);
    Client.Answered answered = first.request(Entries.of(paid, NEW).request(size, 1, NONE), NONE);
    stage.watch();
    second.session(stage, answered.reply().token(), answered.ledger());
  }

  private Family kinds() {
    return new Family(
        "kinds",
        "How many contacts of a request are kept, new, discarded or none at all.",
        List.of(
            mix("all kept", half, 0),
            mix("all kept, the rest new", half, size - half),
            mix("half kept, half discarded", half / 2, 0),
            mix("one kept, some new", 1, half / 2),
            mix("all discarded, one new", 0, 1)));
  }

  private Input mix(String name, int kept, int asNew) {
    Entries entries =
        Entries.of(paid.subList(0, kept), PREV)
            .and(paid.subList(kept, half), DISCARD)
            .and(fresh.subList(0, asNew), NEW);
    return after(
        name,
        4 * size,
        (stage, token, ledger) -> {
          session(stage, entries.request(size, 2, token), ledger, GRANTED);
        });
  }

  private Family charges() {
    List<Key> others = fresh.subList(LATER, half);
    return new Family(
        "charges",
        "Whether a request was paid for before, and whether and how the account's permits suffice.",
        List.of(
            charge("new contacts", 4 * size, 2, others, GRANTED),
            charge(
                "a repeat of the last charge", 4 * size, LATER, fresh.subList(0, LATER), GRANTED),
            charge("a repeat of an older charge", 4 * size, 1, paid, GRANTED),
            charge("the same contacts under another nonce", 4 * size, 9, paid, GRANTED),
            charge("nothing new", 4 * size, 2, List.of(), GRANTED),
            charge("all that is left", 2 * half, 2, fresh.subList(0, half - LATER + 2), GRANTED),
            charge("an account with much left", 1_000_000, 2, others, GRANTED),
            charge("too much by one", 2 * half, 2, fresh.subList(0, half - LATER + 3), REFUSED),
            charge("more than the account can ever have", half + LATER, 2, fresh, REFUSED),
            charge("nothing left", half + LATER, 2, others, REFUSED)));
  }

  /** Two charges before, then one under watch. */
  private Input charge(String name, int permits, int nonce, List<Key> asked, Outcome outcome) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, permits));
          stage.update(Key.registrations(paid));
          byte[] older =
              session(stage, Entries.of(paid, NEW).request(size, 1, NONE), NONE, GRANTED);
          List<Key> few = fresh.subList(0, LATER);
          byte[] newer =
              session(stage, Entries.of(few, NEW).request(size, LATER, NONE), older, GRANTED);
          stage.elapse(2); // two permits
          stage.watch();
          session(stage, Entries.of(asked, NEW).request(size, nonce, NONE), newer, outcome);
        });
  }

  private static byte[] session(LookupStage stage, byte[] request, byte[] ledger, Outcome outcome)
      throws Exception {
    return Client.session(stage, ACCOUNT, request, ledger, outcome);
  }

  private Family devices() {
    return new Family(
        "devices",
        "Whether the device asks that asked last, and what that one had left.",
        List.of(
            device("the same", 1, half, 0),
            device("another", 2, half, 0),
            device("the same, which was charged less", 1, 1, 0),
            device("another, after one that was charged less", 2, 1, 0)));
  }

  private Family days() {
    return new Family(
        "days",
        "As devices, where more than a day lies between.",
        List.of(
            device("the same", 1, half, LONGER_THAN_A_DAY),
            device("another", 2, half, LONGER_THAN_A_DAY),
            device("another, after one that was charged less", 2, 1, LONGER_THAN_A_DAY)));
  }

  private Input device(String name, int device, int charged, int elapsedSeconds) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 4 * size));
          byte[] first = Entries.of(fresh.subList(0, charged), NEW).request(size, 1, NONE);
          byte[] ledger = session(stage, first, NONE, GRANTED);
          stage.elapse(elapsedSeconds);
          stage.watch();
          Entries asked = Entries.of(paid, NEW).fromDevice(device);
          session(stage, asked.request(size, 2, NONE), ledger, GRANTED);
        });
  }

  private Family tokens() {
    return new Family(
        "tokens",
        "Whether a token covers what is said to be paid; if not, which of its bytes, or contacts.",
        List.of(
            token("it covers them", -1, paid, GRANTED),
            token("first byte of the MAC", 32, paid, INVALID_TOKEN),
            token("last byte of the MAC", 63, paid, INVALID_TOKEN),
            token("first byte of the entropy", 0, paid, INVALID_TOKEN),
            token("one contact too few", -1, paid.subList(1, half), INVALID_TOKEN),
            token("other contacts", -1, fresh.subList(0, half), INVALID_TOKEN)));
  }

  private Input token(String name, int flipped, List<Key> kept, Outcome outcome) {
    return after(
        name,
        4 * size,
        (stage, token, ledger) -> {
          byte[] changed = token.clone();
          if (flipped >= 0) {
            changed[flipped] ^= 1;
          }
          session(stage, Entries.of(kept, PREV).request(size, 2, changed), ledger, outcome);
        });
  }

  private Family damage() {
    return new Family(
        "damage",
        "Where a sealed request was changed on its way, and what it held.",
        List.of(
            damaged("first byte", 0, paid),
            damaged("in the middle", 800, paid),
            damaged("in the tag", -1, paid),
            damaged("first byte of another request", 0, fresh)));
  }

  private Input damaged(String name, int changed, List<Key> asked) {
    return after(
        name,
        4 * size,
        (stage, token, ledger) -> {
          Client client = new Client(stage, ACCOUNT);
          byte[] sealed = client.seal(Entries.of(asked, NEW).request(size, 2, NONE));
          sealed[changed < 0 ? sealed.length - 1 : changed] ^= 1;
          client.rejectedRequest(sealed, SessionEnd.BAD_REQUEST);
        });
  }
}
