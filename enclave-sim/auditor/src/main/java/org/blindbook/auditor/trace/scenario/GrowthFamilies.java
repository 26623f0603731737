package org.blindbook.auditor.trace.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;

/**
 * Updates whose size the table has to look at: those that might fill it, and those that are padded.
 * On small tables at any scale. How many records there are before and after is public, and the same
 * in all inputs.
 */
final class GrowthFamilies {
  /** The smallest table takes these, and does not begin to grow. */
  private static final int HELD = 900;

  /** The smallest table takes no more. */
  private static final int CAPACITY = 1024;

  /** Too many to be sure that they fit. */
  private static final int CHANGES = 200;

  /** Of updates: two powers of two, and others that are padded. */
  private static final List<Integer> SIZES = List.of(1, 37, 64, 65, 100);

  private final List<Key> held = Key.random(515, HELD);
  private final List<Key> fresh = Key.random(616, CHANGES);
  private final List<Key> absent = Key.random(717, CHANGES);

  List<Family> all() {
    return List.of(capacity(), oddUpdates());
  }

  private Family capacity() {
    return new Family(
        "capacity",
        "Which changes leave a table just below, at and just above its capacity.",
        List.of(
            filling("new keys, the rest replaced", this::replacing),
            filling("new keys, the rest not there to delete", this::deletingNothing),
            filling("some deleted, as many more new", this::deletingSome),
            filling("new keys of one prefix, one of them many times", GrowthFamilies::onePrefix)));
  }

  /** An update of {@link #CHANGES} that adds so many records. */
  private interface Filling {
    byte[] adding(int records);
  }

  private byte[] replacing(int records) {
    List<Key> keys = new ArrayList<>(fresh.subList(0, records));
    keys.addAll(held.subList(0, CHANGES - records));
    return Key.registrations(keys);
  }

  private byte[] deletingNothing(int records) {
    return Key.joined(
        Key.deletions(absent.subList(0, CHANGES - records)),
        Key.registrations(fresh.subList(0, records)));
  }

  private byte[] deletingSome(int records) {
    int more = 10;
    return Key.joined(
        Key.registrations(fresh.subList(0, records + more)),
        Key.deletions(held.subList(0, more)),
        Key.deletions(absent.subList(0, CHANGES - records - 2 * more)));
  }

  private static byte[] onePrefix(int records) {
    List<Key> keys = new ArrayList<>(Key.withOnePrefix(11, records));
    keys.addAll(Collections.nCopies(CHANGES - records, keys.getFirst()));
    return Key.registrations(keys);
  }

  private Input filling(String name, Filling filling) {
    return new Input(
        name,
        recorder -> {
          for (int over = -1; over <= 1; over++) {
            LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
            stage.update(Key.registrations(held));
            stage.watch();
            stage.update(filling.adding(CAPACITY - HELD + over));
            stage.expectRecords(CAPACITY + over);
          }
        });
  }

  private Family oddUpdates() {
    return new Family(
        "update-sizes",
        "What is changed by updates of other sizes: a power of two, and such as are padded.",
        List.of(
            updating("keys made again", count -> Key.registrations(held.subList(0, count))),
            updating("deletions of nobody", count -> Key.deletions(absent.subList(0, count))),
            updating("one key", count -> same(held.getFirst(), count)),
            updating(
                "keys of nobody, all zero",
                count -> Key.deletions(Collections.nCopies(count, Key.ZERO)))));
  }

  private static byte[] same(Key key, int count) {
    return Key.registrations(Collections.nCopies(count, key));
  }

  private Input updating(String name, Filling filling) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, 1));
          stage.update(Key.registrations(held.subList(0, CHANGES)));
          stage.watch();
          for (int count : SIZES) {
            stage.update(filling.adding(count));
          }
          stage.expectRecords(CHANGES);
        });
  }
}
