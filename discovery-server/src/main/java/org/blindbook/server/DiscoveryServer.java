package org.blindbook.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.blindbook.protocol.message.CloseCode;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.Verification;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.http.BulkEvaluationEndpoint;
import org.blindbook.server.http.Front;
import org.blindbook.server.http.Services;
import org.blindbook.server.limits.BulkBudget;
import org.blindbook.server.limits.LedgerStore;
import org.blindbook.server.limits.RetryAfter;
import org.blindbook.server.lookup.Relay;

/** The parts of the host, put together: this is the one place where they meet. */
final class DiscoveryServer {
  private static final Duration ENCLAVE_STOP_TIME = Duration.ofSeconds(5);
  private static final long VERTX_STOP_SECONDS = 2;
  private static final long LISTEN_SECONDS = 30;

  /** A discovery session that lasts too long gets its close code before its connection is cut. */
  private static final Duration CLOSE_CODE_TIME = Duration.ofSeconds(10);

  private final Listen listen;
  private final ServeConfig config;
  private final CredentialVerifier verifier;
  private final HostedEpochs epochs;
  private final Optional<BulkEvaluationEndpoint.Shared> bulk;
  private final Vertx vertx;
  private final List<Front> fronts = new CopyOnWriteArrayList<>();
  private boolean stopped;

  /** Makes the epochs that a server hosts. */
  interface Hosting {
    /**
     * @param onEnclaveGone to be called with an epoch whose clients have to go
     */
    HostedEpochs of(IntConsumer onEnclaveGone);
  }

  /**
   * @param loaders who may have identifiers evaluated; empty where nothing is evaluated
   */
  DiscoveryServer(
      Listen listen,
      ServeConfig config,
      CredentialVerifier verifier,
      Hosting hosting,
      Optional<LoadCredential> loaders) {
    this.listen = listen;
    this.config = config;
    this.verifier = verifier;
    this.epochs = hosting.of(this::sendClientsAway);
    this.bulk = loaders.map(this::bulk);
    // Vert.x serves no files here, so it needs no cache folder and no look into the class path.
    FileSystemOptions noFiles =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setFileSystemOptions(noFiles));
  }

  private BulkEvaluationEndpoint.Shared bulk(LoadCredential loaders) {
    return new BulkEvaluationEndpoint.Shared(
        loaders::admits,
        new BulkBudget(config.bulkEvaluationsPerDay(), InstantSource.system()),
        new Semaphore(2 * Runtime.getRuntime().availableProcessors()));
  }

  /** Listens; then starts the enclave. Clients are refused until {@link #awaitReady}. */
  void start() throws OperatorException, InterruptedException {
    listen.requireSafe();
    HttpServerOptions options = listen.options(config.total().plus(CLOSE_CODE_TIME));
    Services services =
        new Services(
            epochs,
            this::account,
            new LedgerStore(config.maxLedgers()),
            new Semaphore(config.maxSessions()),
            new RetryAfter(new SecureRandom(), config.retryAfterSeconds()),
            config.idle(),
            config.total(),
            bulk);
    DeploymentOptions onePerCore =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    Future<String> listening =
        vertx.deployVerticle(() -> addFront(new Front(services, options)), onePerCore);
    try {
      listening.await(LISTEN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new OperatorException("The server cannot listen: this machine is too busy.", e);
    } catch (RuntimeException | Error e) {
      throw cannotListen(e);
    } catch (Exception e) { // await throws what the deployment failed with, checked or not
      throw cannotListen(e);
    }
    try {
      epochs.start();
    } catch (EnclaveStartException e) {
      throw new OperatorException(e.sentence(), e);
    }
  }

  private void sendClientsAway(int epoch) {
    forEachClient(
        client -> {
          if (client.epoch() == epoch) {
            client.end(CloseCode.ENCLAVE_RESTARTING);
          }
        });
  }

  private Front addFront(Front front) {
    fronts.add(front);
    return front;
  }

  private OperatorException cannotListen(Throwable failure) {
    String sentence;
    if (failure instanceof BindException) {
      sentence =
          "Port "
              + listen.port()
              + " cannot be used on this address: stop what uses it, or choose another with --port"
              + " (0 picks a free one).";
    } else if (listen.tls() != null) {
      sentence =
          "The server cannot listen with this certificate and key: check that --tls-cert and"
              + " --tls-key are PEM files that belong together.";
    } else {
      sentence = "The server cannot listen on this address and port: check --host and --port.";
    }
    return new OperatorException(sentence, failure);
  }

  private Optional<byte[]> account(String authorization) {
    return verifier.verifyHeader(authorization) instanceof Verification.Accepted accepted
        ? Optional.of(accepted.account())
        : Optional.empty();
  }

  /** Waits until clients are admitted; returns the enclave's measurement. */
  String awaitReady() throws OperatorException, InterruptedException {
    try {
      return epochs.awaitReady();
    } catch (EnclaveStartException e) {
      throw new OperatorException(e.sentence(), e);
    }
  }

  /** Of the epoch that serves; empty in mode truncated. */
  Optional<String> evaluatorKey() {
    return epochs.statuses().stream()
        .filter(EpochStatus::serving)
        .findFirst()
        .flatMap(EpochStatus::evaluatorKey);
  }

  String url() {
    return listen.url(port());
  }

  int port() {
    return fronts.getFirst().port();
  }

  private void forEachClient(Consumer<Relay> action) {
    fronts.forEach(front -> front.discovery().forEach(action));
  }

  /** Readiness goes first, then the clients, then the enclave with its snapshot. */
  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    epochs.refuseAll();
    forEachClient(Relay::goAway);
    epochs.stop(ENCLAVE_STOP_TIME);
    try {
      vertx.close().await(VERTX_STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException slowClients) {
      // their connections end with the process
    }
  }
}
