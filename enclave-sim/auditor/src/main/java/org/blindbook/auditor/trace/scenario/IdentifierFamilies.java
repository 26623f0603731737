package org.blindbook.auditor.trace.scenario;

import static org.blindbook.protocol.lookup.EntryKind.NEW;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.calls.EnclaveCalls.Received;

/** Keys as clients make them, of identifiers of every kind. */
final class IdentifierFamilies {
  private static final byte[] NONE = {};
  private static final int EPOCH = 1;

  private final int size;

  IdentifierFamilies(Scale scale) {
    this.size = scale.sizeClass();
  }

  List<Family> all() {
    return List.of(
        family("identifiers", "Of which identifiers keys are made, in mode truncated.", 0),
        family(
            "blinded-identifiers", "Of which identifiers keys are made, in mode blinded.", EPOCH));
  }

  private Family family(String name, String about, int epoch) {
    return new Family(
        name,
        about,
        List.of(
            input("numbers of one country", epoch, Contacts.numbersOfOneCountry(size)),
            input("numbers of many countries", epoch, Contacts.numbers(size)),
            input("e-mail addresses", epoch, Contacts.addresses(size)),
            input("usernames", epoch, Contacts.usernames(size)),
            input("a few of each kind", epoch, Contacts.mixed(size / 2))));
  }

  /** Half of those asked for are registered, and are found. */
  private Input input(String name, int epoch, List<String> contacts) {
    return new Input(
        name,
        recorder -> {
          FixedHardware hardware =
              epoch == 0 ? new FixedHardware(1, size) : FixedHardware.blinded(size, epoch);
          LookupStage stage = new LookupStage(recorder, 1, hardware);
          List<Key> asked = keys(contacts, epoch);
          List<Key> registered = asked.subList(0, size / 4);
          stage.update(Key.registrations(registered));
          stage.watch();
          Client client = new Client(stage, 1);
          client.request(Entries.of(asked, NEW).ofEpoch(epoch).request(size, 1, NONE), NONE);
          CompletableFuture<Received> results = client.acknowledge();
          stage.pass();
          client.finish(results.join(), asked, registered, size);
        });
  }

  private static List<Key> keys(List<String> contacts, int epoch) throws Exception {
    List<Key> keys = new ArrayList<>();
    for (String contact : contacts) {
      Identifier identifier = Identifier.parse(contact);
      LookupKey key =
          epoch == 0
              ? LookupKey.truncated(identifier)
              : LookupKey.blinded(output(LookupKey.blindedInput(identifier)));
      keys.add(new Key(key.hi(), key.lo()));
    }
    return keys;
  }

  /** In place of the evaluator's function, which this image does not hold: as random as that. */
  private static byte[] output(byte[] input) throws Exception {
    return MessageDigest.getInstance("SHA-512").digest(input);
  }
}
