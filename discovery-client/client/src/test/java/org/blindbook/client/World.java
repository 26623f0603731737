package org.blindbook.client;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.blindbook.attestation.OprfKey;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.oprf.EvaluatorKey;

/** A service, an account, and clients that run on the calling thread and never really wait. */
final class World {
  final FakeEnclave enclave = new FakeEnclave();
  final FakeTransport transport = new FakeTransport(enclave);
  final List<Duration> pauses = new ArrayList<>();

  /** The time by the clients' clock, which only tests move. */
  Instant now = FakeEnclave.NOW;

  final Set<OprfKey> pins = new HashSet<>();
  StateStore store = new InMemoryStateStore();
  String credential = "pseudonym:1:code";
  String evaluatorCredential = "other-pseudonym:1:code";

  DiscoveryClient.Builder builder() {
    DiscoveryClient.Builder builder =
        DiscoveryClient.builder(URI.create("https://contacts.example.org/base/"));
    if (transport.evaluator != null) {
      builder.evaluator(
          URI.create("https://evaluator.example.net"),
          new FakeEnclave.Pinning(pins),
          () -> evaluatorCredential);
    }
    return builder
        .verifier(new FakeEnclave.Pinning(pins))
        .credentials(() -> credential)
        .stateStore(store)
        .transport(transport)
        .executor(Runnable::run)
        .pause(pauses::add)
        .clock(clock());
  }

  Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneOffset.UTC);
  }

  /** A service in blinded mode, at epoch 1, whose key is pinned: it evaluates and looks up. */
  static World blinded() {
    World world = new World();
    EvaluatorKey key = EvaluatorKey.random(new SecureRandom());
    world.enclave.blind(1, key);
    world.pin(1, key);
    return world;
  }

  /** The same with the evaluator apart. */
  static World split() {
    World world = blinded();
    world.transport.evaluator = new FakeEnclave();
    world.transport.evaluator.roles.remove(DeploymentRole.LOOKUP);
    world.transport.evaluator.blind(1, world.enclave.evaluatorKey());
    world.enclave.roles.remove(DeploymentRole.EVALUATOR);
    return world;
  }

  /** The service has an enclave of recent registrations, none of which it has yet. */
  FakeEnclave withRecent() {
    FakeEnclave recent = new FakeEnclave();
    recent.settings = FakeEnclave.RECENT_SETTINGS_TEXT;
    if (enclave.evaluatorKey() != null) {
      recent.blind(1, enclave.evaluatorKey());
    }
    transport.recent = recent;
    return recent;
  }

  /** As {@link #discover}, among recent registrations. */
  Discovery discoverRecent(Collection<Identifier> contacts) {
    return builder().build().discoverRecent(contacts).join();
  }

  /** Time passes; the enclaves make keys anew. */
  void pass(Duration time) {
    now = now.plus(time);
    enclave.keyExpiry = now.plusSeconds(600);
    if (transport.recent != null) {
      transport.recent.keyExpiry = enclave.keyExpiry;
    }
  }

  /** The service that evaluates. */
  FakeEnclave evaluator() {
    return transport.evaluator == null ? enclave : transport.evaluator;
  }

  int charged() {
    return enclave.charged() + (transport.evaluator == null ? 0 : transport.evaluator.charged());
  }

  /** An epoch is live at every service, beside others, and the policy names its key. */
  void begin(int epoch, EvaluatorKey key) {
    pin(epoch, key);
    enclave.begin(epoch, key);
    if (transport.evaluator != null) {
      transport.evaluator.begin(epoch, key);
    }
  }

  void switchTo(int epoch) {
    enclave.switchTo(epoch);
    evaluator().switchTo(epoch);
  }

  void retire(int epoch) {
    enclave.retire(epoch);
    evaluator().retire(epoch);
  }

  /** What was charged for evaluations, by epoch. */
  Map<Integer, Integer> evaluated() {
    return evaluator().evaluated;
  }

  void pin(int epoch, EvaluatorKey key) {
    pins.add(new OprfKey(epoch, HexFormat.of().formatHex(key.publicKey())));
  }

  /** A discovery by a new client, as after a restart of the app. */
  Discovery discover(Collection<Identifier> contacts) {
    return builder().build().discover(contacts).toCompletableFuture().join();
  }

  DiscoveryException failure(Collection<Identifier> contacts) {
    return failure(builder().build(), contacts);
  }

  static DiscoveryException failure(DiscoveryClient client, Collection<Identifier> contacts) {
    CompletionException failure =
        catchThrowableOfType(
            CompletionException.class,
            () -> client.discover(contacts).toCompletableFuture().join());
    return (DiscoveryException) failure.getCause();
  }

  /** Valid numbers {@code from} to {@code to - 1}. */
  static List<Identifier> contacts(int from, int to) {
    List<Identifier> contacts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      contacts.add(contact(i));
    }
    return contacts;
  }

  static Identifier contact(int i) {
    try {
      return Identifier.parse(String.format("+49151%08d", i));
    } catch (IdentifierException e) {
      throw new AssertionError(e);
    }
  }

  /** Registers every contact whose number divides by {@code every}. */
  void registerEvery(int every, int to) {
    for (int i = 0; i < to; i += every) {
      enclave.register(contact(i), new UUID(7, i + 1));
    }
  }

  static Map<Identifier, UUID> matches(int every, int from, int to) {
    Map<Identifier, UUID> matches = new TreeMap<>((a, b) -> a.canonical().compareTo(b.canonical()));
    for (int i = from; i < to; i++) {
      if (i % every == 0) {
        matches.put(contact(i), new UUID(7, i + 1));
      }
    }
    return matches;
  }
}
