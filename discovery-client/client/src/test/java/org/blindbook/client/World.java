package org.blindbook.client;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.IdentifierException;

/** A service, an account, and clients that run on the calling thread and never really wait. */
final class World {
  final FakeEnclave enclave = new FakeEnclave();
  final FakeTransport transport = new FakeTransport(enclave);
  final List<Duration> pauses = new ArrayList<>();
  StateStore store = new InMemoryStateStore();
  String credential = "pseudonym:1:code";

  DiscoveryClient.Builder builder() {
    return DiscoveryClient.builder(URI.create("https://contacts.example.org/base/"))
        .verifier(FakeEnclave.verifier())
        .credentials(() -> credential)
        .stateStore(store)
        .transport(transport)
        .executor(Runnable::run)
        .pause(pauses::add)
        .clock(Clock.fixed(FakeEnclave.NOW, ZoneOffset.UTC));
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
