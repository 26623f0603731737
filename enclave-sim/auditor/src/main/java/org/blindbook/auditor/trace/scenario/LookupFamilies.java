package org.blindbook.auditor.trace.scenario;

import static org.blindbook.protocol.lookup.EntryKind.NEW;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.protocol.calls.EnclaveCalls.Received;

/** Who asks for what, and what is found. */
final class LookupFamilies {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;

  /** Entries of a request, all of them used unless a name says otherwise. */
  private final int size;

  private final List<Key> registered;
  private final List<Key> unknown;

  LookupFamilies(Scale scale) {
    this.size = scale.sizeClass();
    this.registered = Key.random(101, scale.registered());
    this.unknown = Key.random(202, 2 * size);
  }

  List<Family> all() {
    return List.of(
        hits(),
        duplicates(),
        fill(),
        clients(),
        adversarialKeys(),
        registrations(),
        keys(),
        blindedLookups());
  }

  private Family hits() {
    return new Family(
        "hits",
        "How many of one client's contacts are registered, and which.",
        List.of(
            asking("none registered", unknown.subList(0, size)),
            asking("all registered", registered.subList(0, size)),
            asking("first half registered", mixed(size / 2)),
            asking("one registered", mixed(1)),
            asking("others registered", registered.subList(size, 2 * size))));
  }

  private Family duplicates() {
    return new Family(
        "duplicates",
        "Whether one contact is asked for several times.",
        List.of(
            asking("all distinct", registered.subList(0, size)),
            asking("all the same, registered", Collections.nCopies(size, registered.get(7))),
            asking("all the same, not registered", Collections.nCopies(size, unknown.get(7))),
            asking(
                "pairs",
                registered.subList(0, size / 2).stream()
                    .flatMap(k -> Collections.nCopies(2, k).stream())
                    .toList())));
  }

  private Family fill() {
    return new Family(
        "fill",
        "How many contacts stand in a request of one size class.",
        List.of(
            asking("full", registered.subList(0, size)),
            asking("half full", registered.subList(0, size / 2 + 1)),
            asking("one contact", registered.subList(0, 1)),
            asking("empty", List.of())));
  }

  private Family clients() {
    List<Key> shared = registered.subList(0, size);
    List<Key> others = unknown.subList(0, size);
    List<Key> more = unknown.subList(size, 2 * size);
    return new Family(
        "clients",
        "What four clients in one batch ask for, and whether it is the same.",
        List.of(
            batch(
                "all different", List.of(shared, registered.subList(size, 2 * size), others, more)),
            batch("all the same", List.of(shared, shared, shared, shared)),
            batch("one full, three empty", List.of(shared, List.of(), List.of(), List.of())),
            batch("the last repeats the first", List.of(shared, others, more, shared)),
            batch("nobody finds anything", List.of(others, others, more, more))));
  }

  private Family adversarialKeys() {
    List<Key> random = Key.random(303, size);
    List<Key> ascending = random.stream().sorted(Comparator.comparingLong(Key::hi)).toList();
    return new Family(
        "adversarial-keys",
        "Keys that somebody chose: of one prefix, in order, zero, all ones.",
        List.of(
            asking("random", random),
            asking("in ascending order", ascending),
            asking("in descending order", ascending.reversed()),
            asking("one prefix", Key.withOnePrefix(0x0123_4567_89AB_CDEFL, size)),
            asking("small numbers", Key.withOnePrefix(0, size)),
            asking("all zero", Collections.nCopies(size, Key.ZERO)),
            asking("all ones", Collections.nCopies(size, Key.ALL_ONES))));
  }

  private Family registrations() {
    List<Key> asked = registered.subList(0, size);
    int count = registered.size();
    return new Family(
        "registrations",
        "Who is registered, while the same contacts are asked for.",
        List.of(
            new Input("those asked for", r -> discover(r, registered, List.of(asked))),
            new Input("others", r -> discover(r, Key.random(404, count), List.of(asked))),
            new Input(
                "keys of one prefix",
                r -> discover(r, Key.withOnePrefix(5, count), List.of(asked))),
            new Input(
                "the same in another order",
                r -> discover(r, registered.reversed(), List.of(asked)))));
  }

  /** Fixed networks and trusted primitives: other randomness may not show either. */
  private Family keys() {
    return new Family(
        "keys",
        "The enclave's own secrets: its randomness and so the table's hash key, its sealing keys.",
        List.of(
            keyed("one seed", 1, 1),
            keyed("another seed", 2, 1),
            keyed("a third seed", 3, 1),
            keyed("other sealing keys", 1, 2)));
  }

  private Input keyed(String name, long seed, int fuse) {
    return new Input(
        name,
        recorder -> {
          FixedHardware hardware = new FixedHardware(fuse, size);
          LookupStage stage = LookupStage.watchedFromTheStart(recorder, seed, hardware);
          stage.update(Key.registrations(registered));
          discover(stage, registered, List.of(mixed(size / 2)), 0);
        });
  }

  private Family blindedLookups() {
    return new Family(
        "blinded-lookups",
        "Which keys of a blinded deployment are looked up, and which of them are registered.",
        List.of(
            blinded("all registered", registered.subList(0, size)),
            blinded("none registered", unknown.subList(0, size)),
            blinded("half registered", mixed(size / 2)),
            blinded("one key", registered.subList(0, 1)),
            blinded("nobody", List.of())));
  }

  private Input blinded(String name, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          FixedHardware hardware = FixedHardware.blinded(size, EPOCH);
          LookupStage stage = new LookupStage(recorder, 1, hardware);
          stage.update(Key.registrations(registered));
          stage.watch();
          discover(stage, registered, List.of(asked), EPOCH);
        });
  }

  private List<Key> mixed(int hits) {
    List<Key> keys = new ArrayList<>(registered.subList(0, hits));
    keys.addAll(unknown.subList(0, size - hits));
    return keys;
  }

  private Input asking(String name, List<Key> asked) {
    return batch(name, List.of(asked));
  }

  private Input batch(String name, List<List<Key>> asked) {
    return new Input(name, recorder -> discover(recorder, registered, asked));
  }

  private void discover(Recorder recorder, List<Key> known, List<List<Key>> asked)
      throws Exception {
    LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, size));
    stage.update(Key.registrations(known));
    stage.watch();
    discover(stage, known, asked, 0);
  }

  /**
   * One client per list of keys; the results of all come from one pass, and are right.
   *
   * @param epoch of the keys, 0 in truncated mode
   */
  private void discover(LookupStage stage, List<Key> known, List<List<Key>> asked, int epoch)
      throws Exception {
    List<Client> clients = new ArrayList<>();
    List<CompletableFuture<Received>> answers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Client client = new Client(stage, i);
      byte[] request = Entries.of(asked.get(i), NEW).ofEpoch(epoch).request(size, i, NONE);
      client.request(request, NONE);
      clients.add(client);
    }
    for (Client client : clients) {
      answers.add(client.acknowledge());
    }
    stage.pass();
    for (int i = 0; i < clients.size(); i++) {
      clients.get(i).finish(answers.get(i).join(), asked.get(i), known, size);
    }
  }
}
