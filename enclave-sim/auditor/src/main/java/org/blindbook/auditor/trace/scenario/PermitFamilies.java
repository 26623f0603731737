package org.blindbook.auditor.trace.scenario;

import static org.blindbook.protocol.lookup.EntryKind.DISCARD;
import static org.blindbook.protocol.lookup.EntryKind.NEW;
import static org.blindbook.protocol.lookup.EntryKind.PREV;

import java.util.List;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.calls.SessionEnd;

/** What a request costs, and what its token covers. Whether it is refused is public. */
final class PermitFamilies {
  private static final byte[] NONE = {};
  private static final int ACCOUNT = 3;

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
    return List.of(kinds(), charges(), refusals(), tokens(), damage());
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
          Client client = new Client(stage, ACCOUNT);
          Client.Answered answered = client.request(entries.request(size, 2, token), ledger);
          expect(answered.reply().granted() && answered.reply().charged() == asNew);
          client.acknowledge();
          stage.pass();
        });
  }

  private Family charges() {
    List<Key> others = fresh.subList(LATER, half);
    return new Family(
        "charges",
        "Whether a request was paid for before, and how much the account has left.",
        List.of(
            charge("new contacts", 4 * size, 2, others),
            charge("a repeat of the last charge", 4 * size, LATER, fresh.subList(0, LATER)),
            charge("a repeat of an older charge", 4 * size, 1, paid),
            charge("the same contacts under another nonce", 4 * size, 9, paid),
            charge("nothing new", 4 * size, 2, List.of()),
            charge("all that is left", 2 * half, 2, others),
            charge("an account with much left", 1_000_000, 2, others)));
  }

  /** Two charges before, then one under watch. */
  private Input charge(String name, int permits, int nonce, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, permits));
          byte[] older = pay(stage, paid, 1, NONE);
          byte[] newer = pay(stage, fresh.subList(0, LATER), LATER, older);
          stage.elapse(60);
          stage.watch();
          pay(stage, asked, nonce, newer);
        });
  }

  private byte[] pay(LookupStage stage, List<Key> asked, int nonce, byte[] ledger)
      throws Exception {
    Client client = new Client(stage, ACCOUNT);
    Client.Answered answered =
        client.request(Entries.of(asked, NEW).request(size, nonce, NONE), ledger);
    expect(answered.reply().granted());
    return answered.ledger();
  }

  private Family refusals() {
    return new Family(
        "refusals",
        "By how much a refused request exceeds what the account has left.",
        List.of(
            refusal("by one", half + 1, 2),
            refusal("by more than the account can ever have", half + 1, size),
            refusal("by all", half, half),
            refusal("by all of a large account", size, size)));
  }

  /** The first session takes half a class; what is left does not suffice for this one. */
  private Input refusal(String name, int permits, int asked) {
    return after(
        name,
        permits,
        (stage, token, ledger) -> {
          Client client = new Client(stage, ACCOUNT);
          byte[] request = Entries.of(fresh.subList(0, asked), NEW).request(size, 2, NONE);
          expect(!client.request(request, ledger).reply().granted());
        });
  }

  private Family tokens() {
    return new Family(
        "tokens",
        "Why a token is refused: which of its bytes, or which contact.",
        List.of(
            badToken("first byte of the MAC", 32, paid),
            badToken("last byte of the MAC", 63, paid),
            badToken("first byte of the entropy", 0, paid),
            badToken("one contact too few", -1, paid.subList(1, half)),
            badToken("other contacts", -1, fresh.subList(0, half))));
  }

  private Input badToken(String name, int flipped, List<Key> kept) {
    return after(
        name,
        4 * size,
        (stage, token, ledger) -> {
          byte[] bad = token.clone();
          if (flipped >= 0) {
            bad[flipped] ^= 1;
          }
          Client client = new Client(stage, ACCOUNT);
          byte[] sealed = client.seal(Entries.of(kept, PREV).request(size, 2, bad));
          client.rejectedRequest(sealed, SessionEnd.INVALID_TOKEN);
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

  private static void expect(boolean asExpected) {
    if (!asExpected) {
      throw new IllegalStateException("the enclave decided otherwise than the scenario expects");
    }
  }
}
