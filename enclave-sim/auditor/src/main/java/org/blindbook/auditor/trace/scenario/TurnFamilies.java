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

/** The turns of the table's thread: lookups between the steps of updates and of growth. */
final class TurnFamilies {
  private static final byte[] NONE = {};

  /** Changes of one update. */
  private static final int CHANGES = 48;

  /** Clients that wait for a turn each. */
  private static final int CLIENTS = 5;

  /** Of the time that lookups wait for company, half: 1 ms. */
  private static final long READING_NANOS = 1_000_000;

  private final int size;
  private final List<Key> registered;
  private final List<Key> unknown;

  TurnFamilies(Scale scale) {
    this.size = scale.sizeClass();
    this.registered = Key.random(121, scale.registered());
    this.unknown = Key.random(232, size);
  }

  List<Family> all() {
    return List.of(
        between("turns", "while updates wait, and between their steps.", false),
        between("growth-turns", "and changed while a table grows, between the steps.", true),
        tableThread());
  }

  private List<Key> found() {
    return registered.subList(0, size);
  }

  private Family between(String name, String when, boolean growing) {
    List<Key> fresh = Key.random(343, CHANGES);
    List<Key> known = registered.subList(0, CHANGES);
    return new Family(
        name,
        "What is looked up " + when,
        List.of(
            input("new keys, nobody found", growing, Key.registrations(fresh), unknown),
            input("known keys, all found", growing, Key.registrations(known), found()),
            input("what changes is asked for", growing, Key.registrations(fresh), fresh),
            input("new keys, empty requests", growing, Key.registrations(fresh), List.of()),
            input(
                "one key again and again",
                growing,
                Key.registrations(Collections.nCopies(CHANGES, fresh.getFirst())),
                Collections.nCopies(size, fresh.getFirst())),
            input("deletions of nobody", growing, Key.deletions(fresh), found())));
  }

  private Input input(String name, boolean growing, byte[] changes, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, size));
          stage.update(Key.registrations(registered));
          stage.letRecordsDiffer();
          stage.watch();
          List<Client> clients = clients(stage, asked);
          if (growing) {
            stage.beginToGrow();
          }
          stage.beginUpdate(changes.clone());
          stage.beginUpdate(changes.clone());
          List<CompletableFuture<Received>> answers = new ArrayList<>();
          for (Client client : clients) {
            answers.add(client.acknowledge());
            stage.turn(false);
          }
          while (stage.turn(false)) {}
          finish(clients, answers);
        });
  }

  /** All have asked, and wait to acknowledge. */
  private List<Client> clients(LookupStage stage, List<Key> asked) throws Exception {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Client client = new Client(stage, i);
      client.request(Entries.of(asked, NEW).request(size, i, NONE), NONE);
      clients.add(client);
    }
    return clients;
  }

  private static void finish(List<Client> clients, List<CompletableFuture<Received>> answers)
      throws Exception {
    for (int i = 0; i < clients.size(); i++) {
      clients.get(i).finish(answers.get(i).join());
    }
  }

  /** Every reading of the clock finds it a little later, so nothing waits for anything outside. */
  private Family tableThread() {
    return new Family(
        "table-thread",
        "What is looked up and changed in the turns of the table's thread, which wait for company.",
        List.of(
            patient("all found, known keys", Key.registrations(found()), found()),
            patient("nobody found, deletions of nobody", Key.deletions(unknown), unknown),
            patient("empty requests", Key.registrations(found()), List.of()),
            patient(
                "one contact many times",
                Key.deletions(unknown),
                Collections.nCopies(size, registered.getFirst()))));
  }

  private Input patient(String name, byte[] changes, List<Key> asked) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, size));
          stage.update(Key.registrations(registered));
          stage.letRecordsDiffer();
          List<Client> clients = clients(stage, asked);
          List<CompletableFuture<Received>> answers = new ArrayList<>();
          stage.watch();
          stage.letReadingsTake(READING_NANOS);
          // One alone lingers; two arrive one after the other; the rest beside an update.
          answers.add(clients.get(0).acknowledge());
          stage.turn(true);
          answers.add(clients.get(1).acknowledge());
          answers.add(clients.get(2).acknowledge());
          stage.turn(true);
          CompletableFuture<?> changed = stage.beginUpdate(changes.clone());
          answers.add(clients.get(3).acknowledge());
          while (!changed.isDone()) {
            stage.turn(true);
          }
          answers.add(clients.get(4).acknowledge());
          while (!answers.stream().allMatch(CompletableFuture::isDone)) {
            stage.turn(true);
          }
          finish(clients, answers);
        });
  }
}
