package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.admission.ClientKey;
import org.blindbook.server.admission.Holdings;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Shortages;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.epochs.Enclaves;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.http.BulkEvaluationEndpoint;
import org.blindbook.server.http.LoaderFront;
import org.blindbook.server.http.Services;
import org.blindbook.server.ledgers.LedgerStore;
import org.blindbook.server.ledgers.MemoryRecords;
import org.blindbook.server.limits.BulkBudget;
import org.blindbook.server.limits.RetryAfter;
import org.blindbook.server.limits.WorkLimit;
import org.blindbook.server.lookup.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The port of the operator's own loaders: what is there, for whom, and from where. */
@Timeout(30)
class LoaderPortTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final MemoryRecords records = new MemoryRecords();
  private static final int OF_CLIENTS = 299;

  /** Both roles are hosted, and no enclave is there yet. */
  private static final class Starting implements Enclaves {
    @Override
    public Set<EnclaveRole> roles() {
      return Set.of(EnclaveRole.LOOKUP, EnclaveRole.EVALUATOR);
    }

    @Override
    public OptionalInt choose(List<Integer> usable) {
      return OptionalInt.of(1);
    }

    @Override
    public Optional<? extends EnclaveConnection> of(EnclaveRole role, int epoch) {
      return Optional.empty();
    }

    @Override
    public Optional<EvaluatorConnection> evaluator(int epoch) {
      return Optional.empty();
    }

    @Override
    public boolean recentReachesBackTo(Instant since, int epoch) {
      return false;
    }

    @Override
    public List<EpochStatus> statuses() {
      return List.of();
    }
  }

  private final LoadCredential loaders =
      new LoadCredential(new byte[LoadCredential.KEY_BYTES], LONG, InstantSource.system());
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Listen listen = Listen.onLoopback();
  private LoaderFront front;

  @BeforeEach
  void start() throws Exception {
    BulkEvaluationEndpoint.Shared bulk =
        new BulkEvaluationEndpoint.Shared(
            loaders::admits, new BulkBudget(1, InstantSource.system(), records), new Semaphore(1));
    Services services =
        new Services(
            new Starting(),
            authorization -> Optional.empty(),
            records,
            new LedgerStore(records),
            new WorkLimit(
                new WorkLimit.Allowance(LONG, LONG),
                records,
                InstantSource.system(),
                System::nanoTime,
                new SecureRandom()),
            Map.of(
                EnclaveRole.LOOKUP, shared(EnclaveRole.LOOKUP),
                EnclaveRole.EVALUATOR, shared(EnclaveRole.EVALUATOR)),
            new Holdings(
                new Holdings.Limits(1, 1, 1, 1, 1), new ClientKey.Maker(new SecureRandom())),
            new Shortages(System::nanoTime),
            new RetryAfter(new SecureRandom(), 1),
            Optional.empty(),
            new Patience(LONG, LONG, LONG, LONG),
            Optional.of(bulk),
            false);
    startClientsPort();
    front = new LoaderFront(services, bulk, listen.optionsOfOneLoop(LONG));
    vertx.deployVerticle(front).await(10, TimeUnit.SECONDS);
  }

  private static Services.OfRole shared(EnclaveRole role) {
    return new Services.OfRole(
        new Semaphore(1), new Lane(role, Lane.Bounds.of(LONG), 1, System::nanoTime));
  }

  /** A free one, too, on the same address: as in a server that is started with --port 0. */
  private void startClientsPort() throws Exception {
    vertx
        .createHttpServer(Listen.onLoopback().options(LONG))
        .requestHandler(request -> request.response().setStatusCode(OF_CLIENTS).end())
        .listen()
        .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(listen.url(front.port()) + path));
  }

  @Test
  void isPlainHttpOnThisMachine() {
    assertThat(listen.url(front.port())).matches("http://127\\.0\\.0\\.1:[1-9][0-9]+");
  }

  @Test
  void isReachedFromNoOtherAddress() throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    for (InetAddress address : others) {
      assertThatThrownBy(() -> new Socket(address, front.port()).close())
          .as("%s", address)
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void evaluatesForWhoeverHasALoadCredential() throws Exception {
    HttpRequest.Builder batch =
        to(Paths.BULK_EVALUATION).POST(BodyPublishers.ofByteArray(new byte[1]));
    assertThat(send(batch).statusCode()).isEqualTo(401);
    batch.header(Headers.AUTHORIZATION, LoadCredential.header(loaders.mint()));
    assertThat(send(batch).statusCode()).as("no batch").isEqualTo(400);
  }

  @Test
  void hasTheEvaluatorsOffer() throws Exception {
    HttpResponse<String> answer = send(to(Paths.EVALUATION_OFFER + "?epoch=1"));
    assertThat(answer.statusCode()).as("the enclave is starting").isEqualTo(503);
    assertThat(answer.headers().firstValue(Headers.RETRY_AFTER)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Paths.DISCOVERY,
        Paths.DISCOVERY_OFFER,
        Paths.EVALUATION,
        Paths.LIVE,
        Paths.READY,
        "/"
      })
  void hasNothingElse(String path) throws Exception {
    // More than once: a port that several share answers by turns.
    for (int i = 0; i < 4; i++) {
      try (HttpClient another = HttpClient.newHttpClient()) {
        assertThat(another.send(to(path).build(), BodyHandlers.discarding()).statusCode())
            .isEqualTo(404);
      }
    }
  }
}
