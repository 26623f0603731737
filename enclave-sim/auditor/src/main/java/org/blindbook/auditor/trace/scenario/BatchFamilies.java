package org.blindbook.auditor.trace.scenario;

import static org.blindbook.protocol.lookup.EntryKind.NEW;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.protocol.calls.EnclaveCalls.Received;

/** Requests of several size classes, in one pass or in passes that are cut into parts. */
final class BatchFamilies {
  private static final byte[] NONE = {};

  /** A class whose pass over the smallest table is worth a second thread. */
  private static final int CLASS_OF_PARTS = 1024;

  private static final int THREADS = 3;

  /** Changes of an update of which that is true, too. */
  private static final int CHANGES_OF_PARTS = 600;

  private final Scale scale;
  private final List<Key> registered;
  private final List<Key> unknown;

  BatchFamilies(Scale scale) {
    this.scale = scale;
    this.registered = Key.random(111, scale.registered());
    this.unknown = Key.random(222, scale.largerClasses().getLast());
  }

  List<Family> all() {
    return List.of(mixedClasses(), largerClasses(), parts());
  }

  /** What one client asks for, in a request of a size class. */
  private record Asking(int sizeClass, List<Key> keys) {}

  /** Together no power of two, so that the batch is padded. */
  private List<Integer> classes() {
    List<Integer> classes = new ArrayList<>(scale.largerClasses());
    classes.add(scale.sizeClass());
    return classes;
  }

  private List<Key> known(int count) {
    List<Key> keys = new ArrayList<>(registered.subList(0, Math.min(count, registered.size())));
    keys.addAll(unknown.subList(0, count - keys.size()));
    return keys;
  }

  private Family mixedClasses() {
    return new Family(
        "mixed-classes",
        "What clients of several size classes ask for in one batch, which needs padding.",
        List.of(
            asking("all find much", classes().stream().map(c -> ask(c, known(c))).toList()),
            asking(
                "nobody finds anything",
                classes().stream().map(c -> ask(c, unknown.subList(0, c))).toList()),
            asking("all requests empty", classes().stream().map(c -> ask(c, List.of())).toList()),
            asking(
                "all ask for one contact",
                classes().stream()
                    .map(c -> ask(c, Collections.nCopies(c, registered.get(5))))
                    .toList()),
            asking(
                "all but the smallest empty",
                classes().stream()
                    .map(c -> ask(c, c == scale.sizeClass() ? known(c) : List.of()))
                    .toList())));
  }

  private Family largerClasses() {
    return new Family(
        "larger-classes",
        "How full a request of a larger size class is, and what it finds. One request a pass.",
        List.of(
            oneByOne(
                "full, much found",
                scale.largerClasses().stream().map(c -> ask(c, known(c))).toList()),
            oneByOne(
                "full, nothing found",
                scale.largerClasses().stream().map(c -> ask(c, unknown.subList(0, c))).toList()),
            oneByOne(
                "one contact",
                scale.largerClasses().stream().map(c -> ask(c, known(1))).toList())));
  }

  private static Asking ask(int sizeClass, List<Key> keys) {
    return new Asking(sizeClass, keys);
  }

  private Input asking(String name, List<Asking> clients) {
    return passes(name, List.of(clients));
  }

  private Input oneByOne(String name, List<Asking> clients) {
    return passes(name, clients.stream().map(List::of).toList());
  }

  /**
   * @param passes who asks in each
   */
  private Input passes(String name, List<List<Asking>> passes) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, hardware());
          stage.update(Key.registrations(registered));
          stage.watch();
          for (List<Asking> clients : passes) {
            onePass(stage, clients);
          }
        });
  }

  private FixedHardware hardware() {
    return new FixedHardware(1, Math.max(CLASS_OF_PARTS, scale.largerClasses().getLast()));
  }

  /** One client per request; the results of all come from one pass, and are right. */
  private void onePass(LookupStage stage, List<Asking> asking) throws Exception {
    List<Client> clients = new ArrayList<>();
    for (Asking one : asking) {
      Client client = new Client(stage, clients.size());
      byte[] request = Entries.of(one.keys, NEW).request(one.sizeClass, clients.size(), NONE);
      client.request(request, NONE);
      clients.add(client);
    }
    List<CompletableFuture<Received>> answers = new ArrayList<>();
    for (Client client : clients) {
      answers.add(client.acknowledge());
    }
    stage.pass();
    for (int i = 0; i < clients.size(); i++) {
      Asking one = asking.get(i);
      clients.get(i).finish(answers.get(i).join(), one.keys, registered, one.sizeClass);
    }
  }

  private Family parts() {
    List<Key> some = registered.subList(0, CHANGES_OF_PARTS / 2);
    List<Key> twice = new ArrayList<>(some);
    twice.addAll(some);
    List<Key> absent = Key.random(333, CHANGES_OF_PARTS);
    List<Key> full = Key.random(444, CLASS_OF_PARTS);
    return new Family(
        "parts",
        "What is changed and looked up by passes that are cut into parts for several threads.",
        List.of(
            cut("deletions not found, nothing found", Key.deletions(absent), full),
            cut("registrations made again, some found", Key.registrations(twice), some),
            cut("one key deleted many times, the rest empty", same(absent.getFirst()), List.of()),
            cut(
                "one contact many times",
                Key.registrations(twice),
                Collections.nCopies(CLASS_OF_PARTS, some.getFirst()))));
  }

  private static byte[] same(Key key) {
    return Key.deletions(Collections.nCopies(CHANGES_OF_PARTS, key));
  }

  private Input cut(String name, byte[] changes, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          FixedHardware hardware = FixedHardware.withThreads(CLASS_OF_PARTS, THREADS);
          LookupStage stage = new LookupStage(recorder, 1, hardware);
          InlineWorkers.replaceThreadsOf(stage.calls());
          stage.update(Key.registrations(registered));
          stage.watch();
          stage.update(changes.clone());
          onePass(stage, List.of(ask(CLASS_OF_PARTS, asked)));
        });
  }
}
