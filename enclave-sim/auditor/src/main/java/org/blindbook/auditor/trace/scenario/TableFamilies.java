package org.blindbook.auditor.trace.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.auditor.trace.recording.Recorder;

/** Registrations that change: the host knows which, and may not learn where they lie. */
final class TableFamilies {
  /** Changes of one update. */
  private static final int CHANGES = 48;

  /** The smallest table takes so many records; one more and it grows. */
  private static final int SMALLEST_CAPACITY = 1024;

  private final List<Key> registered;
  private final List<Key> fresh = Key.random(606, SMALLEST_CAPACITY);

  TableFamilies(Scale scale) {
    this.registered = Key.random(505, scale.registered());
  }

  List<Family> all() {
    return List.of(updates(), deletions(), growth());
  }

  private Family updates() {
    List<Key> known = registered.subList(0, CHANGES);
    List<Key> half = new ArrayList<>(known.subList(0, CHANGES / 2));
    half.addAll(fresh.subList(0, CHANGES / 2));
    return new Family(
        "updates",
        "Whether a registration is new or replaces one, and under which key.",
        List.of(
            changing("all new", Key.registrations(fresh.subList(0, CHANGES))),
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
            changing("none found", Key.deletions(fresh.subList(0, CHANGES))),
            changing(
                "one key again and again",
                Key.deletions(Collections.nCopies(CHANGES, known.get(3)))),
            changing("registrations instead", Key.registrations(known))));
  }

  private Input changing(String name, byte[] entries) {
    return new Input(
        name,
        recorder -> {
          Stage stage = new Stage(recorder, 1, new FixedHardware(1, 1));
          stage.update(Key.registrations(registered));
          stage.watch();
          stage.update(entries.clone());
        });
  }

  /** All inputs hold {@value #SMALLEST_CAPACITY} records before, and 48 more after. */
  private Family growth() {
    List<Key> full = fresh.subList(0, SMALLEST_CAPACITY);
    List<Key> others = Key.random(707, SMALLEST_CAPACITY);
    List<Key> prefix = Key.withOnePrefix(9, SMALLEST_CAPACITY);
    List<Key> last = Key.random(808, CHANGES);
    return new Family(
        "growth",
        "What a table holds, and in which order it came, when it grows.",
        List.of(
            growing("some keys", full, last),
            growing("other keys", others, last),
            growing("in another order", full.reversed(), last),
            growing("keys of one prefix", prefix, Key.withOnePrefix(10, CHANGES))));
  }

  private static Input growing(String name, List<Key> before, List<Key> last) {
    return new Input(name, recorder -> grow(recorder, before, last));
  }

  private static void grow(Recorder recorder, List<Key> before, List<Key> last) throws Exception {
    Stage stage = new Stage(recorder, 1, new FixedHardware(1, 1));
    stage.update(Key.registrations(before));
    long capacity = stage.capacity();
    stage.watch();
    stage.update(Key.registrations(last));
    if (stage.capacity() == capacity) {
      throw new IllegalStateException("the table did not grow");
    }
  }
}
