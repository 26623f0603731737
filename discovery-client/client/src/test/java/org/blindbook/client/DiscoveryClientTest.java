package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.blindbook.attestation.Binding;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.client.transport.Transport.ClosedException;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.SecureChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DiscoveryClientTest {
  private final World world = new World();

  @Test
  void findsExactlyTheRegisteredContacts() {
    world.registerEvery(7, 5_000);
    Discovery discovery = world.discover(contacts(10, 1_010));
    assertThat(discovery.matches()).isEqualTo(matches(7, 10, 1_010));
    assertThat(discovery.permitsUsed()).isEqualTo(1_000);
    assertThat(discovery.measurement()).isEqualTo(FakeEnclave.MEASUREMENT);
    assertThat(discovery.simulated()).isTrue();
    assertThat(world.transport.open).isZero();
  }

  @Test
  void connectsToTheEndpointWithCredentialAndAFreshNonce() {
    world.discover(contacts(0, 1));
    world.discover(contacts(0, 1));
    assertThat(world.transport.addresses)
        .containsOnly(URI.create("wss://contacts.example.org/base/v1/discovery"));
    assertThat(world.transport.upgrades)
        .allSatisfy(
            headers ->
                assertThat(headers)
                    .containsEntry("Authorization", "Blindbook pseudonym:1:code")
                    .hasEntrySatisfying(
                        "Blindbook-Nonce", nonce -> assertThat(nonce).matches("[0-9a-f]{64}")))
        .extracting(headers -> headers.get("Blindbook-Nonce"))
        .doesNotHaveDuplicates();
  }

  @Test
  void namesTheCollateralItHolds() {
    world.discover(contacts(0, 1));
    world.discover(contacts(0, 1));
    String digest = HexFormat.of().formatHex(Sha256.of(FakeEnclave.COLLATERAL));
    assertThat(world.transport.upgrades)
        .extracting(headers -> headers.get("Blindbook-Collateral"))
        .containsExactly(null, digest);
  }

  @Test
  void paysOnlyForNewContacts() {
    world.registerEvery(2, 2_000);
    assertThat(world.discover(contacts(0, 1_000)).permitsUsed()).isEqualTo(1_000);
    Discovery again = world.discover(contacts(0, 1_000));
    assertThat(again.permitsUsed()).isZero();
    assertThat(again.matches()).isEqualTo(matches(2, 0, 1_000));
    Discovery more = world.discover(contacts(0, 1_003));
    assertThat(more.permitsUsed()).isEqualTo(3);
    assertThat(more.matches()).isEqualTo(matches(2, 0, 1_003));
    assertThat(world.enclave.charged()).isEqualTo(1_003);
  }

  @Test
  void forgetsContactsThatLeftAndPaysWhenTheyReturn() {
    world.discover(contacts(0, 100));
    assertThat(world.discover(contacts(10, 100)).permitsUsed()).isZero();
    assertThat(world.discover(contacts(0, 100)).permitsUsed()).isEqualTo(10);
  }

  @Test
  void theSameContactsOnceForgottenAreANewRequest() {
    world.discover(contacts(0, 10));
    world.discover(List.of());
    assertThat(world.discover(contacts(0, 10)).permitsUsed()).isEqualTo(10);
  }

  @Test
  void replacesAFullAddressBookByAnother() {
    world.discover(contacts(0, 32_768));
    Discovery discovery = world.discover(contacts(20_000, 52_768));
    assertThat(discovery.permitsUsed()).isEqualTo(20_000);
    assertThat(world.transport.upgrades).hasSize(3);
  }

  @Test
  void refusesMoreContactsThanARequestHolds() {
    DiscoveryException failure = world.failure(contacts(0, 32_769));
    assertThat(failure.error()).isEqualTo(DiscoveryError.TOO_MANY_CONTACTS);
    assertThat(world.transport.upgrades).isEmpty();
  }

  @Test
  void countsAContactOnceHoweverOftenItIsListed() {
    List<Identifier> book = new ArrayList<>(contacts(0, 30));
    book.addAll(contacts(0, 30));
    assertThat(world.discover(book).permitsUsed()).isEqualTo(30);
  }

  @Test
  void worksForAnEmptyAddressBook() {
    assertThat(world.discover(List.of()).matches()).isEmpty();
  }

  @Test
  void messagesOfOneSizeClassHaveOneLength() {
    world.discover(contacts(0, 300));
    world.store = new InMemoryStateStore();
    world.discover(contacts(0, 500));
    List<Integer> lengths = world.transport.sent.stream().map(m -> m.length).toList();
    assertThat(lengths.subList(0, 3)).isEqualTo(lengths.subList(3, 6));
    assertThat(lengths.subList(0, 3))
        .containsExactly(
            Handshake.MESSAGE_BYTES,
            SecureChannel.sealedLength(112 + 512 * 17),
            SecureChannel.sealedLength(16));
  }

  @Test
  void entriesComeInAnOrderThatTellsNothingOfTheAddressBook() {
    world.discover(contacts(0, 100));
    List<Identifier> book = new ArrayList<>(contacts(50, 200));
    Collections.reverse(book);
    world.discover(book);
    assertThat(world.enclave.lastKeys).hasSize(200).isSortedAccordingTo(ClientState.KEY_ORDER);
  }

  /** The host brings it about by naming another account: nothing may change because of it. */
  @Test
  void neverAsksForEverythingAsNewBecauseATokenIsNotAccepted() {
    world.registerEvery(3, 200);
    world.discover(contacts(0, 100));
    byte[] key = world.enclave.loseTokenKey();
    for (int call = 0; call < 3; call++) {
      DiscoveryException failure = world.failure(contacts(0, 110));
      assertThat(failure.error()).isEqualTo(DiscoveryError.TOKEN_NOT_ACCEPTED);
    }
    assertThat(world.transport.upgrades).as("one connection for each call").hasSize(4);
    assertThat(world.enclave.charged()).isEqualTo(100);
    world.enclave.findTokenKey(key);
    Discovery discovery = world.discover(contacts(0, 110));
    assertThat(discovery.matches()).isEqualTo(matches(3, 0, 110));
    assertThat(discovery.permitsUsed()).isEqualTo(10);
  }

  @Test
  void whoDeletesTheStatePaysAgain() {
    world.discover(contacts(0, 100));
    world.enclave.loseTokenKey();
    world.store = new InMemoryStateStore();
    assertThat(world.discover(contacts(0, 100)).permitsUsed()).isEqualTo(100);
  }

  @Test
  void doesNotLoopWhenTheServerRefusesATokenThatWasNotSent() {
    world.enclave.acceptsNoToken = true;
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(DiscoveryError.PROTOCOL_VIOLATION);
    assertThat(world.transport.upgrades).hasSize(1);
  }

  /** To come back when the permits suffice would tell the host how many were missing. */
  @Test
  void namesARegularTimeToComeBackAtAndGoesOnAfterwards() {
    world.enclave.permits = 50;
    Set<Duration> named = new HashSet<>();
    for (int seconds : new int[] {1, 60, 3_600, 86_400}) {
      world.enclave.refusedRetryAfter = seconds;
      DiscoveryException failure = world.failure(contacts(0, 60));
      assertThat(failure.error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
      assertThat(failure.retryAfter().orElseThrow())
          .isBetween(Duration.ofHours(18), Duration.ofHours(30));
      named.add(failure.retryAfter().orElseThrow());
    }
    assertThat(named).hasSize(4);
    world.enclave.refusedRetryAfter = 86_401;
    assertThat(world.failure(contacts(0, 60)).retryAfter().orElseThrow())
        .isBetween(Duration.ofHours(36), Duration.ofHours(60));
    assertThat(world.transport.upgrades).as("one connection for each call").hasSize(5);
    assertThat(world.discover(contacts(0, 40)).permitsUsed()).isEqualTo(40);
    assertThat(world.enclave.charged()).isEqualTo(40);
  }

  @Test
  void aRefusedRequestIsNotPaidLater() {
    world.enclave.permits = 50;
    assertThat(world.failure(contacts(0, 60)).retryAfter()).isEmpty();
    world.enclave.permits = 1_000;
    assertThat(world.discover(contacts(0, 40)).permitsUsed()).isEqualTo(40);
  }

  @Test
  void aRequestLeftBehindThatIsRefusedDoesNotKeepASmallerOneFromWorking() {
    world.transport.requestFailures.add(new IOException("broken by the test"));
    DiscoveryClient once = world.builder().maxAttempts(1).build();
    assertThat(World.failure(once, contacts(0, 60)).error()).isEqualTo(DiscoveryError.NETWORK);
    world.enclave.permits = 50;
    assertThat(world.discover(contacts(0, 40)).permitsUsed()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource({
    "4429, RATE_LIMITED",
    "4503, OVERLOADED",
    "4504, RESTARTING",
    "4410, WRONG_EPOCH",
    "1001, RESTARTING",
    "1013, OVERLOADED",
    "1006, NETWORK"
  })
  void triesAgainByItselfAndPaysOnce(int code, DiscoveryError error) {
    world.transport.requestFailures.add(new ClosedException(code, "retry-after=2"));
    world.transport.requestFailures.add(new ClosedException(code, ""));
    assertThat(world.discover(contacts(0, 10)).permitsUsed()).isEqualTo(10);
    assertThat(world.pauses).hasSize(2);
    boolean named = code != 1006 && code != 4410;
    assertThat(world.pauses.get(0))
        .isBetween(Duration.ofSeconds(named ? 2 : 0), Duration.ofSeconds(named ? 4 : 1));
    for (int i = 0; i < Retries.DEFAULT.attempts(); i++) {
      world.transport.requestFailures.add(new ClosedException(code, "retry-after=1"));
    }
    DiscoveryException failure = world.failure(contacts(0, 10));
    assertThat(failure.error()).isEqualTo(error);
    assertThat(failure.retryAfter()).isPresent();
    assertThat(world.pauses).as("one retry is left of three").hasSize(3);
    assertThat(world.enclave.charged()).isEqualTo(10);
  }

  @Test
  void leavesALongWaitToTheApp() {
    world.transport.requestFailures.add(
        new ClosedException(CloseCode.OVERLOADED.code(), CloseCode.retryAfterReason(120)));
    DiscoveryException failure = world.failure(contacts(0, 10));
    assertThat(failure.error()).isEqualTo(DiscoveryError.OVERLOADED);
    assertThat(failure.retryAfter().orElseThrow())
        .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(4));
    assertThat(world.pauses).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, 0, UNAUTHENTICATED, false",
    "403, 0, UNAUTHENTICATED, false",
    "404, 0, PROTOCOL_VIOLATION, false",
    "200, 0, PROTOCOL_VIOLATION, false",
    "429, 20, RATE_LIMITED, true",
    "503, 20, OVERLOADED, true",
    "502, 20, OVERLOADED, true"
  })
  void saysWhatAnHttpRefusalMeans(
      int status, int retryAfter, DiscoveryError error, boolean retryable) {
    world.transport.refusals.add(new RefusedException(status, retryAfter));
    DiscoveryException failure = world.failure(contacts(0, 10));
    assertThat(failure.error()).isEqualTo(error);
    assertThat(failure.error().retryable()).isEqualTo(retryable);
    assertThat(failure.retryAfter().map(Duration::toSeconds).orElse(0L))
        .isBetween((long) retryAfter, 2L * retryAfter);
  }

  @ParameterizedTest
  @CsvSource({
    "4400, PROTOCOL_VIOLATION",
    "4401, UNAUTHENTICATED",
    "1000, PROTOCOL_VIOLATION",
    "4999, PROTOCOL_VIOLATION"
  })
  void doesNotRepeatWhatCannotSucceed(int code, DiscoveryError error) {
    world.transport.requestFailures.add(new ClosedException(code, ""));
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(error);
    assertThat(world.pauses).isEmpty();
  }

  @Test
  void refusesStateOfAnotherAccountOrServer() {
    world.discover(contacts(0, 10));
    world.credential = "another:1:code";
    assertThat(world.failure(contacts(0, 10)).error())
        .isEqualTo(DiscoveryError.STATE_OF_ANOTHER_ACCOUNT);
    world.credential = "pseudonym:2:another-code";
    assertThat(world.discover(contacts(0, 10)).permitsUsed()).isZero();
    DiscoveryClient elsewhere =
        DiscoveryClient.builder(URI.create("https://other.example.org/base"))
            .verifier(FakeEnclave.verifier())
            .credentials(() -> world.credential)
            .stateStore(world.store)
            .transport(world.transport)
            .build();
    assertThat(World.failure(elsewhere, contacts(0, 10)).error())
        .isEqualTo(DiscoveryError.STATE_OF_ANOTHER_ACCOUNT);
    assertThat(world.transport.upgrades).hasSize(2);
  }

  @Test
  void verifiesTheEvidenceOfEachConnectionOnce() {
    List<String> verified = new ArrayList<>();
    DiscoveryClient client =
        world
            .builder()
            .verifier(
                new EvidenceVerifier() {
                  @Override
                  public Verified verify(
                      byte[] evidence, byte[] collateral, Binding binding, Instant now)
                      throws DiscoveryException {
                    verified.add(HexFormat.of().formatHex(evidence));
                    return FakeEnclave.verifier().verify(evidence, collateral, binding, now);
                  }

                  @Override
                  public SortedSet<Integer> epochs() {
                    return FakeEnclave.verifier().epochs();
                  }
                })
            .build();
    client.discover(contacts(0, 10)).toCompletableFuture().join();
    client.discover(contacts(0, 20)).toCompletableFuture().join();
    assertThat(verified).hasSize(world.transport.upgrades.size()).doesNotHaveDuplicates();
  }

  @Test
  void refusesDamagedStateAndSendsNothing() throws IOException {
    world.store.save(new byte[300]);
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(DiscoveryError.STATE_UNREADABLE);
    assertThat(world.transport.upgrades).isEmpty();
  }

  @Test
  void overwritesTheStateItHandedToTheStore() {
    List<byte[]> handed = new ArrayList<>();
    world.store =
        new StateStore() {
          @Override
          public Optional<byte[]> load() {
            return Optional.empty();
          }

          @Override
          public void save(byte[] state) {
            handed.add(state);
          }
        };
    world.discover(contacts(0, 10));
    assertThat(handed).hasSize(3).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
  }

  @Test
  void sendsNothingWhenTheRequestCannotBeRemembered() {
    StateStore working = world.store;
    world.store = new CrashingStore(working, Steps.failing(Steps.Failure.ERROR, 2));
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(DiscoveryError.STATE_UNAVAILABLE);
    assertThat(world.transport.sent).hasSize(1);
    assertThat(world.transport.sent.get(0)).hasSize(Handshake.MESSAGE_BYTES);
  }

  private static Stream<Supplier<String>> uselessCredentials() {
    return Stream.of(
        () -> {
          throw new IllegalStateException("no backend");
        },
        () -> null,
        () -> "",
        () -> "two\nlines");
  }

  @ParameterizedTest
  @MethodSource("uselessCredentials")
  void reportsACredentialThatCannotBeHad(Supplier<String> credentials) {
    DiscoveryClient client = world.builder().credentials(credentials).build();
    assertThat(World.failure(client, contacts(0, 10)).error())
        .isEqualTo(DiscoveryError.UNAUTHENTICATED);
    assertThat(world.transport.upgrades).isEmpty();
  }

  @Test
  void aCertificateThatIsNotAcceptedIsNotANetworkThatMayRecover() {
    world.transport.refusals.add(
        new IOException(
            "failed", new SSLHandshakeException("").initCause(new CertificateException())));
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    assertThat(world.pauses).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, in 1 seconds",
    "1, in 1 seconds",
    "119, in 119 seconds",
    "120, in 2 minutes",
    "121, in 3 minutes",
    "7199, in 120 minutes",
    "7200, in 2 hours",
    "140249, in 39 hours"
  })
  void saysHowLongToWaitInPlainWords(int seconds, String when) {
    assertThat(ServerAnswer.tryAgain(Duration.ofSeconds(seconds)))
        .isEqualTo(" Try again " + when + ".");
  }

  @Test
  void discoveriesOfOneClientTakeTurns() {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      DiscoveryClient client = world.builder().executor(executor).build();
      List<CompletableFuture<Discovery>> stages = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        stages.add(client.discover(contacts(0, 100)).toCompletableFuture());
      }
      assertThat(stages)
          .extracting(stage -> stage.join().permitsUsed())
          .containsExactly(100, 0, 0, 0, 0, 0, 0, 0);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void nothingThatPrintsTellsAboutContacts() {
    world.registerEvery(1, 10);
    Discovery discovery = world.discover(contacts(0, 10));
    assertThat(discovery.toString()).doesNotContain("151").doesNotContain("10");
    ClientState state = ClientState.empty(new byte[32], new byte[16]);
    assertThat(state.toString()).isEqualTo("ClientState[redacted]");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://contacts.example.org",
    "contacts.example.org",
    "https://",
    "https:///path",
    "https://user@contacts.example.org",
    "https://contacts.example.org?x=1",
    "http://contacts.example.org"
  })
  void refusesAddressesItCannotUse(String address) {
    assertThatThrownBy(
            () ->
                DiscoveryClient.builder(
                        URI.create(address.equals("https://") ? "https:/" : address))
                    .verifier(FakeEnclave.verifier())
                    .credentials(() -> "a:1:c")
                    .build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, ws://127.0.0.1:8080/v1/discovery",
    "ws://localhost/, ws://localhost/v1/discovery",
    "HTTPS://[::1]:8443/a/b//, wss://[::1]:8443/a/b/v1/discovery",
    "wss://contacts.example.org, wss://contacts.example.org/v1/discovery"
  })
  void findsTheEndpoint(URI address, URI endpoint) {
    assertThat(ServerAddress.endpoint(address, Paths.DISCOVERY, false)).isEqualTo(endpoint);
  }
}
