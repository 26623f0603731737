package org.blindbook.auditor.trace.scenario;

import static org.blindbook.protocol.lookup.EntryKind.NEW;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.auditor.trace.Family;
import org.blindbook.auditor.trace.Input;
import org.blindbook.auditor.trace.Scale;
import org.blindbook.protocol.calls.EnclaveCalls.Received;

/** What a lookup enclave keeps of a session: one and the same session follows on different ones. */
final class EarlierLookups {
  private static final byte[] NONE = {};

  private final int size;
  private final List<Key> registered;

  EarlierLookups(Scale scale) {
    this.size = scale.sizeClass();
    this.registered = Key.random(101, scale.registered());
  }

  List<Family> all() {
    List<Key> known = registered.subList(0, size);
    return List.of(
        new Family(
            "earlier-lookups",
            "What an earlier session asked for, of another account.",
            List.of(
                after("the same contacts", known),
                after("others, registered", registered.subList(size, 2 * size)),
                after("others, not registered", Key.random(202, size)),
                after("one many times", Collections.nCopies(size, known.getLast())))));
  }

  private Input after(String name, List<Key> earlier) {
    return new Input(
        name,
        recorder -> {
          LookupStage stage = new LookupStage(recorder, 1, new FixedHardware(1, size));
          stage.update(Key.registrations(registered));
          discover(stage, 1, earlier);
          stage.watch();
          discover(stage, 2, registered.subList(0, size));
        });
  }

  private void discover(LookupStage stage, int account, List<Key> asked) throws Exception {
    Client client = new Client(stage, account);
    client.request(Entries.of(asked, NEW).request(size, account, NONE), NONE);
    CompletableFuture<Received> answer = client.acknowledge();
    stage.pass();
    client.finish(answer.join(), asked, registered, size);
  }
}
