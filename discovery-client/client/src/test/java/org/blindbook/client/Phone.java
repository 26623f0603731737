package org.blindbook.client;

import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;

/** One phone of an account: an address book that grows, and what it was charged for. */
final class Phone {
  /** What may become of a discovery on which mishaps fall. */
  private static final Set<DiscoveryError> MISHAPS =
      EnumSet.of(
          DiscoveryError.NETWORK,
          DiscoveryError.OVERLOADED,
          DiscoveryError.RESTARTING,
          DiscoveryError.STATE_UNAVAILABLE,
          DiscoveryError.QUOTA_EXHAUSTED);

  /**
   * A request as the phone's disk has it before it is sent.
   *
   * @param name the same when it is repeated
   * @param contacts to pay for
   */
  record Asked(String device, String name, Set<Object> contacts) {}

  final int account;
  private final String name;
  private final EnclaveService service;
  private final Mishaps mishaps;
  private final StateStore store = new InMemoryStateStore();
  private final Map<Object, Integer> payments = new HashMap<>();
  private final Set<String> paid = new HashSet<>();
  private int from;
  private int to = 1;
  private boolean busy;

  Phone(int account, String name, EnclaveService service, Mishaps mishaps) {
    this.account = account;
    this.name = name;
    this.service = service;
    this.mishaps = mishaps;
  }

  /** Some contacts leave for good, and others are new. */
  void changeBook(int leaving, int coming) {
    to += coming;
    from = Math.min(from + leaving, to - 1);
  }

  int size() {
    return to - from;
  }

  private List<Identifier> book() {
    return World.contacts(from, to);
  }

  /** A discovery that may end in every way that is allowed. */
  void tryToDiscover(int attempts) {
    try {
      assertRight(discover(attempts));
    } catch (CompletionException e) {
      boolean halted = e.getCause() instanceof Steps.Halt;
      if (!halted
          && !(e.getCause() instanceof DiscoveryException failure
              && MISHAPS.contains(failure.error()))) {
        throw e;
      }
    }
  }

  /** Whether one of its discoveries is under way. */
  boolean isBusy() {
    return busy;
  }

  Discovery discover(int attempts) {
    busy = true;
    try {
      return client(attempts).discover(book()).join();
    } finally {
      busy = false;
    }
  }

  private DiscoveryClient client(int attempts) {
    // A path of its own: one process lets one phone of an account discover at a time.
    return DiscoveryClient.builder(URI.create("https://contacts.example.org/" + name))
        .verifier(service.verifier())
        .credentials(() -> account + ":1:code")
        .stateStore(new Disk())
        .transport(service.transport(this))
        .executor(Runnable::run)
        .pause(pause -> {})
        .clock(service.clock())
        .maxAttempts(attempts)
        .build();
  }

  void assertRight(Discovery found) {
    if (!found.matches().equals(service.registeredOf(from, to))) {
      throw new AssertionError("the matches are not those who are registered");
    }
  }

  private final class Disk implements StateStore {
    @Override
    public Optional<byte[]> load() throws IOException {
      mishaps.pass();
      Optional<byte[]> state = store.load();
      mishaps.pass();
      return state;
    }

    @Override
    public void save(byte[] state) throws IOException {
      mishaps.pass();
      store.save(state);
      mishaps.pass();
    }
  }

  /** The request that is being sent: it is on the disk before. */
  Asked asks() {
    try {
      ClientState state = StateFormat.decode(store.load().orElseThrow());
      String device = HexFormat.of().formatHex(state.device());
      if (state.pending() != null) {
        return new Asked(
            device,
            HexFormat.of().formatHex(state.pending().retryNonce()),
            Set.copyOf(state.pending().fresh()));
      }
      PendingEvaluation evaluation = state.epochs().get(0).pending();
      return new Asked(
          device, HexFormat.of().formatHex(evaluation.seed()), Set.copyOf(evaluation.contacts()));
    } catch (IOException | DiscoveryException e) {
      throw new AssertionError("the state cannot be read", e);
    }
  }

  /** A charge that is stored. A request costs again when the ledger has forgotten its name. */
  void charged(Asked asked) {
    if (paid.add(asked.name)) {
      asked.contacts.forEach(contact -> payments.merge(contact, 1, Integer::sum));
    }
    payments.forEach(
        (contact, times) -> {
          if (times > 1) {
            throw new AssertionError("a contact is paid for in two requests");
          }
        });
  }

  void assertPaidForItsBook(boolean blinded) {
    for (Identifier contact : book()) {
      Object key = blinded ? contact : LookupKey.truncated(contact);
      if (!payments.containsKey(key)) {
        throw new AssertionError("a contact was looked up and not paid for");
      }
    }
  }
}
