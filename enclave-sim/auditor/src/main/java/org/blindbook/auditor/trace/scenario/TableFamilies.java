package org.blindbook.auditor.trace.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;

/** Registrations that change: the host knows which, and may not learn where they lie. */
final class TableFamilies {
  /** Changes of one update. */
  private static final int CHANGES = 48;

  /** The smallest table takes these and does not grow. */
  private static final int FEW_RECORDS = 900;

  /** The smallest table takes less than these. */
  private static final int MOST_RECORDS = FEW_RECORDS + 20 * CHANGES;

  private final List<Key> registered;
  private final List<Key> fresh = Key.random(606, CHANGES);

  TableFamilies(Scale scale) {
    this.registered = Key.random(505, scale.registered());
  }

  List<Family> all() {
    return List.of(updates(), deletions(), growth(), room(), snapshots());
  }

  private Family updates() {
    List<Key> known = registered.subList(0, CHANGES);
    List<Key> half = new ArrayList<>(known.subList(0, CHANGES / 2));
    half.addAll(fresh.subList(0, CHANGES / 2));
    return new Family(
        "updates",
        "Whether a registration is new or replaces one, and under which key.",
        List.of(
            changing("all new", Key.registrations(fresh)),
            changing("all known", Key.registrations(known)),
            changing("half known", Key.registrations(half)),
            changing("the same key again and again", same(fresh.getFirst())),
            changing("one prefix", Key.registrations(Key.withOnePrefix(1, CHANGES))),
            changing("zero", same(Key.ZERO))));
  }

  private static byte[] same(Key key) {
    return Key.registrations(Collections.nCopies(CHANGES, key));
  }

  private Family deletions() {
    List<Key> known = registered.subList(0, CHANGES);
    return new Family(
        "deletions",
        "Whether a deletion finds its registration.",
        List.of(
            changing("all found", Key.deletions(known)),
            changing("none found", Key.deletions(fresh)),
            changing(
                "one key again and again",
                Key.deletions(Collections.nCopies(CHANGES, known.get(3)))),
            changing("registrations instead", Key.registrations(known))));
  }

  private Input changing(String name, byte[] entries) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
          stage.update(Key.registrations(registered));
          stage.letRecordsDiffer();
          stage.watch();
          stage.update(entries.clone());
        });
  }

  /**
   * Updates of one size until the table has grown. When it grows, and in how many steps, follows
   * from the number of records, which is the same in all inputs.
   */
  private Family growth() {
    List<Key> many = Key.random(606, MOST_RECORDS);
    return new Family(
        "growth",
        "What a table holds, and in which order it came, when it grows.",
        List.of(
            growing("some keys", many),
            growing("other keys", Key.random(707, MOST_RECORDS)),
            growing("in another order", many.reversed()),
            growing("keys of one prefix", Key.withOnePrefix(9, MOST_RECORDS))));
  }

  private static Input growing(String name, List<Key> keys) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
          stage.update(Key.registrations(keys.subList(0, FEW_RECORDS)));
          long capacity = stage.capacity();
          stage.watch();
          for (int i = FEW_RECORDS; stage.capacity() == capacity; i += CHANGES) {
            stage.update(Key.registrations(keys.subList(i, i + CHANGES)));
          }
        });
  }

  private Family room() {
    List<Key> many = Key.random(606, MOST_RECORDS);
    return new Family(
        "room",
        "What comes into a table that was made large enough for it.",
        List.of(
            filling("some keys", many),
            filling("other keys", Key.random(707, MOST_RECORDS)),
            filling("keys of one prefix", Key.withOnePrefix(9, MOST_RECORDS))));
  }

  private static Input filling(String name, List<Key> keys) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
          stage.watch();
          stage.call(HostCall.named("reserve"), enclave -> enclave.reserve(MOST_RECORDS));
          stage.update(Key.registrations(keys));
        });
  }

  private Family snapshots() {
    int count = registered.size();
    return new Family(
        "snapshots",
        "What a table holds when it is sealed, and when another enclave restores it.",
        List.of(
            sealing("some keys", registered),
            sealing("other keys", Key.random(909, count)),
            sealing("in another order", registered.reversed()),
            sealing("keys of one prefix", Key.withOnePrefix(9, count))));
  }

  private static Input sealing(String name, List<Key> keys) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
          stage.update(Key.registrations(keys));
          stage.watch();
          List<byte[]> chunks = new ArrayList<>();
          do {
            int next = chunks.size();
            chunks.add(
                stage.call(HostCall.named(HostCall.SNAPSHOT), enclave -> enclave.snapshot(next)));
          } while (chunks.getLast().length > 0);
          LookupStage later = new LookupStage(recorder, 2, new FixedHardware(1, 1));
          later.watch();
          for (byte[] chunk : chunks) {
            later.call(
                new HostCall("restore", 0, chunk.length, 0), enclave -> enclave.restore(chunk));
          }
        });
  }
}
