package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.client.World.contacts;
import static org.blindbook.client.World.matches;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.blindbook.client.transport.JdkWebSocketTransport;
import org.blindbook.client.transport.Transport;
import org.blindbook.client.transport.WebSocketPeer;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.message.DeploymentRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that nobody waits for any more costs nobody anything. */
@Timeout(60)
class CancellationTest {
  private static final List<Identifier> BOOK = contacts(0, 30);

  private final World world = new World();
  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() throws InterruptedException {
    executor.shutdownNow();
    assertThat(executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  /** The executor's only thread is free again, and is nobody's to interrupt. */
  private void assertThreadIsFree() throws Exception {
    assertThat(
            executor.submit(() -> Thread.currentThread().isInterrupted()).get(1, TimeUnit.SECONDS))
        .isFalse();
  }

  private DiscoveryClient.Builder client(Transport transport) {
    return world.builder().executor(executor).transport(transport);
  }

  /**
   * A real connection to a service that answers so many messages (0: not even the offer) and then
   * keeps silent with the connection open.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theServerSeesTheEndWithinASecond(int answers) throws Exception {
    world.registerEvery(3, 30);
    CountDownLatch silent = new CountDownLatch(1);
    CompletableFuture<Long> ended = new CompletableFuture<>();
    try (WebSocketPeer peer =
        new WebSocketPeer(
            p -> {
              p.upgrade();
              FakeEnclave.Session session =
                  world.enclave.open(
                      DeploymentRole.LOOKUP,
                      HexFormat.of().parseHex(p.headers().get("blindbook-nonce")),
                      List.of());
              if (answers > 0) {
                p.message(world.enclave.offer(session.claims()).encode());
              }
              for (int i = 1; i < answers; i++) {
                p.message(session.receive(p.readMessage()));
              }
              if (answers > 0) {
                session.receive(p.readMessage());
              }
              silent.countDown();
              try {
                while (p.read().opcode() != WebSocketPeer.CLOSE) {}
              } catch (EOFException cut) {
                // as good as a close
              }
              ended.complete(System.nanoTime());
            })) {
      JdkWebSocketTransport real = new JdkWebSocketTransport();
      Transport toPeer = (uri, headers, timeout) -> real.connect(peer.uri(), headers, timeout);
      CompletableFuture<Discovery> call = client(toPeer).build().discover(BOOK);
      assertThat(silent.await(10, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(50);
      long before = System.nanoTime();
      call.cancel(true);
      assertThatThrownBy(call::join).isInstanceOf(CancellationException.class);
      assertThat(Duration.ofNanos(ended.get(5, TimeUnit.SECONDS) - before))
          .isLessThan(Duration.ofSeconds(1));
      assertThreadIsFree();
    }
    Discovery next = world.discover(BOOK);
    assertThat(next.matches()).isEqualTo(matches(3, 0, 30));
    assertThat(world.enclave.charged()).isEqualTo(30);
    assertThat(next.permitsUsed()).isEqualTo(answers < 2 ? 30 : 0);
  }

  @Test
  void aBackoffEndsAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      world.transport.refusals.add(new Transport.RefusedException(503, 14));
    }
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Discovery> call =
        client(world.transport)
            .pause(
                pause -> {
                  waiting.countDown();
                  Thread.sleep(pause.toMillis());
                })
            .build()
            .discover(BOOK);
    assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
    call.cancel(true);
    assertThreadIsFree();
    assertThat(world.transport.upgrades).hasSize(1);
  }

  /** What apps use for a limit of time. */
  @Test
  void aFutureThatTimesOutStopsItsCall() throws Exception {
    world.transport.refusals.add(new Transport.RefusedException(503, 14));
    CompletableFuture<Discovery> call =
        client(world.transport)
            .pause(pause -> Thread.sleep(pause.toMillis()))
            .build()
            .discover(BOOK);
    assertThatThrownBy(() -> call.orTimeout(100, TimeUnit.MILLISECONDS).join())
        .hasCauseInstanceOf(TimeoutException.class);
    assertThreadIsFree();
  }

  @Test
  void aCallThatHasNotBegunNeverDoes() {
    List<Runnable> tasks = new ArrayList<>();
    DiscoveryClient client = world.builder().executor(tasks::add).build();
    CompletableFuture<Discovery> first = client.discover(BOOK);
    CompletableFuture<Discovery> second = client.discover(BOOK);
    CompletableFuture<Discovery> third = client.discover(BOOK);
    second.cancel(true);
    assertThat(tasks).hasSize(1);
    tasks.get(0).run();
    assertThat(first.join().permitsUsed()).isEqualTo(30);
    tasks.get(1).run();
    assertThat(world.transport.upgrades).hasSize(1);
    tasks.get(2).run();
    assertThat(third.join().permitsUsed()).isZero();
    assertThat(world.transport.upgrades).hasSize(2);
  }

  static Stream<World> blindedWorlds() {
    return Stream.of(World.blinded(), World.split());
  }

  /**
   * Blinding is computing and waits for nothing, so it is what comes after that does not happen.
   */
  @ParameterizedTest
  @MethodSource("blindedWorlds")
  void nothingIsConnectedToOnceItIsCancelled(World blinded) {
    CompletableFuture<CompletableFuture<Discovery>> call = new CompletableFuture<>();
    List<Runnable> tasks = new ArrayList<>();
    call.complete(
        blinded
            .builder()
            .executor(tasks::add)
            .progress((stage, contacts) -> call.join().cancel(true))
            .build()
            .discover(BOOK));
    tasks.get(0).run();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(call.join()).isCancelled();
    assertThat(blinded.transport.upgrades).isEmpty();
    assertThat(blinded.discover(BOOK).permitsUsed()).isEqualTo(30);
  }

  @Test
  void anExecutorThatTakesNoMoreTasksFailsTheCall() {
    executor.shutdownNow();
    CompletableFuture<Discovery> call = client(world.transport).build().discover(BOOK);
    assertThatThrownBy(call::join).hasCauseInstanceOf(Exception.class);
  }

  @Test
  void aLineOfCallsHasAnEnd() {
    List<Runnable> tasks = new ArrayList<>();
    DiscoveryClient client = world.builder().executor(tasks::add).build();
    List<CompletableFuture<Discovery>> calls = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      calls.add(client.discover(BOOK));
    }
    assertThatThrownBy(calls.get(16)::join)
        .hasCauseInstanceOf(DiscoveryException.class)
        .hasMessageContaining("There are already 16 calls of this client under way");
    tasks.get(0).run();
    assertThat(client.discover(BOOK)).isNotDone();
    assertThat(calls.get(0)).isCompleted();
  }

  /** Two clients, two stores, one account: the service sees one connection after the other. */
  @Test
  void discoveriesOfOneAccountTakeTurnsWhicheverClientsDoThem() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    List<CompletableFuture<Discovery>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      World phone = new World();
      Transport counting =
          (uri, headers, timeout) -> {
            overlapped.compareAndSet(false, open.incrementAndGet() > 1);
            sleep(30);
            Transport.Connection connection = phone.transport.connect(uri, headers, timeout);
            return new Counted(connection, open);
          };
      calls.add(
          DiscoveryClient.builder(URI.create("https://contacts.example.org"))
              .verifier(FakeEnclave.verifier())
              .credentials(() -> "pseudonym:1:code")
              .clock(phone.clock())
              .transport(counting)
              .build()
              .discover(BOOK));
    }
    for (CompletableFuture<Discovery> call : calls) {
      call.get(20, TimeUnit.SECONDS);
    }
    assertThat(overlapped).isFalse();
    assertThat(AccountTurn.accounts()).isZero();
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private record Counted(Transport.Connection connection, AtomicInteger open)
      implements Transport.Connection {
    @Override
    public void send(byte[] message, Duration timeout) throws IOException {
      connection.send(message, timeout);
    }

    @Override
    public byte[] receive(Duration timeout) throws IOException {
      return connection.receive(timeout);
    }

    @Override
    public void close() {
      open.decrementAndGet();
      connection.close();
    }
  }
}
