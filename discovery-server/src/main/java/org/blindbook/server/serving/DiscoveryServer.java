package org.blindbook.server.serving;

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
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.server.admission.ClientKey;
import org.blindbook.server.admission.Holdings;
import org.blindbook.server.admission.HostMemory;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.Shares;
import org.blindbook.server.admission.Shortages;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.Verification;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.epochs.EpochStatus;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.health.Readiness;
import org.blindbook.server.http.BoundedTransport;
import org.blindbook.server.http.BulkEvaluationEndpoint;
import org.blindbook.server.http.ChangesEndpoint;
import org.blindbook.server.http.Front;
import org.blindbook.server.http.LoaderFront;
import org.blindbook.server.http.ManagementFront;
import org.blindbook.server.http.PlainSockets;
import org.blindbook.server.http.Services;
import org.blindbook.server.installation.ManagementToken;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.ledgers.LedgerStore;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.limits.BulkBudget;
import org.blindbook.server.limits.RetryAfter;
import org.blindbook.server.limits.WorkLimit;
import org.blindbook.server.lookup.Relay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of the host, put together: this is the one place where they meet. */
public final class DiscoveryServer {
  private static final Logger log = LoggerFactory.getLogger(DiscoveryServer.class);

  private static final Duration ENCLAVE_STOP_TIME = Duration.ofSeconds(5);
  private static final long VERTX_STOP_SECONDS = 2;
  private static final long LISTEN_SECONDS = 30;

  /** A discovery session that lasts too long gets its close code before its connection is cut. */
  private static final Duration CLOSE_CODE_TIME = Duration.ofSeconds(10);

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Counting them takes milliseconds when there are many. */
  private static final long FILES_EVERY_MILLIS = 5_000;

  private final Listen listen;
  private final ServeConfig config;
  private final Sockets sockets;
  private final SecureRandom random = new SecureRandom();
  private final ClientKey.Maker keys = new ClientKey.Maker(random);
  private final Holdings holdings;
  private final Shortages shortages = new Shortages(System::nanoTime);
  private final CredentialVerifier verifier;
  private final RecordStore records;
  private final HostedEpochs epochs;
  private final Optional<BulkEvaluationEndpoint.Shared> bulk;
  private final List<Front> fronts = new CopyOnWriteArrayList<>();
  private final Listen loaderListen = Listen.onLoopback();
  private volatile Optional<LoaderFront> loaderFront = Optional.empty();
  private final Optional<Management> management;
  private volatile Optional<ManagementFront> managementFront = Optional.empty();
  private long filesTimer = -1;
  private volatile Optional<Vertx> vertx = Optional.empty();
  private volatile boolean stopped;

  /** Told of an enclave whose clients have to go. */
  public interface OnEnclaveGone {
    void accept(EnclaveRole role, int epoch);
  }

  /**
   * The port of the messenger's backend.
   *
   * @param stores the server's from now on, which closes them
   */
  public record Management(Listen listen, ManagementToken token, OpenStores stores) {}

  /** Makes the epochs that a server hosts. */
  public interface Hosting {
    HostedEpochs of(OnEnclaveGone onEnclaveGone);
  }

  /**
   * @param records of accounts; the server's from now on, which closes it
   * @param loaders who may have identifiers evaluated; empty where nothing is evaluated
   * @param management empty where nobody changes registrations over the network
   */
  public DiscoveryServer(
      Listen listen,
      ServeConfig config,
      CredentialVerifier verifier,
      RecordStore records,
      Hosting hosting,
      Optional<LoadCredential> loaders,
      Optional<Management> management) {
    this.management = management;
    this.listen = listen;
    this.config = config;
    this.verifier = verifier;
    this.records = records;
    this.epochs = hosting.of(this::sendClientsAway);
    this.bulk = loaders.map(this::bulk);
    this.holdings = new Holdings(config.holdings(), keys);
    this.sockets =
        Sockets.of(
            config.maxSessions(),
            config.maxConnections(),
            epochs.roles().size(),
            Sockets.limitOfOpenFiles());
  }

  private BulkEvaluationEndpoint.Shared bulk(LoadCredential loaders) {
    return new BulkEvaluationEndpoint.Shared(
        loaders::admits,
        new BulkBudget(config.bulkEvaluationsPerDay(), InstantSource.system(), records),
        new Semaphore(2 * CORES));
  }

  /**
   * Starts the enclaves, which take longest, and listens meanwhile. Clients are refused until
   * {@link #awaitReady}.
   */
  public void start() throws OperatorException, InterruptedException {
    listen.requireSafe();
    if (management.isPresent()) {
      management.get().listen().requireSafe();
    }
    requireMemory();
    try {
      epochs.start();
    } catch (EnclaveStartException e) {
      throw new OperatorException(e.sentence(), e);
    }
    UnsteppedCode.of(epochs.roles(), table(), SteppedCode.reviewed()::coversThisRuntime)
        .forEach(sentence -> log.warn("{}", sentence));
    HttpServerOptions options = listen.options(config.total().plus(CLOSE_CODE_TIME));
    Services services = services();
    PlainSockets.Limits plain = plainSockets();
    DeploymentOptions onePerCore = new DeploymentOptions().setInstances(CORES);
    Vertx running = newVertx();
    vertx = Optional.of(running);
    filesTimer =
        running.setPeriodic(
            FILES_EVERY_MILLIS, timer -> running.executeBlocking(this::watchOpenFiles));
    Future<?> listening =
        running
            .deployVerticle(() -> addFront(new Front(services, options, plain)), onePerCore)
            .compose(clients -> listenToLoaders(services, running))
            .compose(loaders -> listenToBackend(running));
    try {
      listening.await(LISTEN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new OperatorException("The server cannot listen: this machine is too busy.", e);
    } catch (RuntimeException | Error e) {
      throw cannotListen(e);
    } catch (Exception e) { // await throws what the deployment failed with, checked or not
      throw cannotListen(e);
    }
  }

  /** Serves no files, so it needs no cache folder and no look into the class path. */
  private Vertx newVertx() {
    FileSystemOptions noFiles =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(CORES).setFileSystemOptions(noFiles))
        .withTransport(new BoundedTransport(sockets.atMost(epochs.roles().size()), shortages))
        .build();
  }

  private Services services() {
    return new Services(
        epochs,
        this::account,
        records,
        new LedgerStore(records),
        new WorkLimit(config.work(), records, InstantSource.system(), System::nanoTime, random),
        epochs.roles().stream().collect(Collectors.toMap(role -> role, this::shared)),
        holdings,
        shortages,
        new RetryAfter(random, config.retryAfterSeconds()),
        table(),
        config.patience(),
        bulk,
        listen.trustedProxy());
  }

  private Services.OfRole shared(EnclaveRole role) {
    Lane.Bounds bounds = Lane.Bounds.of(config.admissionDeadline(role));
    return new Services.OfRole(
        new Semaphore(sockets.sessions()), new Lane(role, bounds, CORES, System::nanoTime));
  }

  private PlainSockets.Limits plainSockets() {
    Optional<Shares> addresses =
        listen.trustedProxy()
            ? Optional.empty()
            : Optional.of(new Shares(Long.MAX_VALUE, config.connectionsPerAddress()));
    return new PlainSockets.Limits(
        Math.max(1, sockets.plain() / CORES), config.request(), addresses, keys, shortages);
  }

  /** Bytes of messages that clients make the host hold now. */
  long messageBytes() {
    return holdings.bytes();
  }

  /** Connections with a session, those included that have been told to go. */
  int sessions() {
    return holdings.sessions();
  }

  /** What this host's heap holds at most. */
  public HostMemory memory() {
    return HostMemory.of(
        (long) sockets.sessions() * epochs.roles().size(),
        sockets.plain(),
        config.holdings().bytes(),
        config.cachedLedgers());
  }

  private void requireMemory() throws OperatorException {
    if (sockets.reduced()) {
      log.warn(
          "the limit of open files allows {} sessions for each role and {} connections without one:"
              + " raise it (ulimit -n)",
          sockets.sessions(),
          sockets.plain());
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (memory().bytes() > heap) {
      throw new OperatorException(
          "With these settings "
              + memory().describe()
              + ". It has "
              + (heap >> 20)
              + " MiB: lower these limits, or give it more with BLINDBOOK_HEAP.");
    }
  }

  private boolean watchOpenFiles() {
    boolean usedUp = Sockets.filesAreUsedUp();
    if (usedUp) {
      shortages.report(Resource.DESCRIPTORS);
    }
    return usedUp;
  }

  /** What the tables of this server's enclaves run on; empty where nobody is looked up. */
  public Optional<TableSettings> table() {
    return epochs.roles().contains(EnclaveRole.LOOKUP)
        ? Optional.of(config.table())
        : Optional.empty();
  }

  /** Which registrations are recent; empty where clients can only ask for all. */
  public Optional<RecentWindow.Limits> recent() {
    return config.recent().filter(limits -> epochs.roles().contains(EnclaveRole.RECENT));
  }

  /** Where something is evaluated: for commands of the operator, who need no certificate here. */
  private Future<?> listenToLoaders(Services services, Vertx running) {
    if (bulk.isEmpty()) {
      return Future.succeededFuture();
    }
    HttpServerOptions options = loaderListen.optionsOfOneLoop(config.total());
    LoaderFront front = new LoaderFront(services, bulk.get(), options);
    loaderFront = Optional.of(front);
    return running.deployVerticle(front);
  }

  /** Where the messenger's backend changes registrations. */
  private Future<?> listenToBackend(Vertx running) {
    if (management.isEmpty()) {
      return Future.succeededFuture();
    }
    Management asked = management.get();
    ChangesEndpoint.Shared shared =
        new ChangesEndpoint.Shared(
            epochs, asked.stores(), asked.token()::admits, InstantSource.system());
    HttpServerOptions options;
    try {
      options = asked.listen().options(config.total()).setPort(asked.listen().port());
    } catch (OperatorException e) {
      return Future.failedFuture(e);
    }
    ManagementFront front = new ManagementFront(shared, options);
    managementFront = Optional.of(front);
    return running
        .deployVerticle(front)
        .recover(
            e ->
                Future.failedFuture(
                    new OperatorException(
                        "The management port "
                            + asked.listen().port()
                            + " cannot be used: stop what uses it, or choose another with"
                            + " --management-port and --management-host.",
                        e)));
  }

  private void sendClientsAway(EnclaveRole role, int epoch) {
    forEachClient(
        role,
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
    if (failure instanceof OperatorException known) {
      return known;
    }
    String sentence;
    if (stopped) {
      sentence = "The server was stopped.";
    } else if (failure instanceof BindException) {
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

  /** Waits until clients are admitted; returns the measurement of the enclave of each role. */
  public SortedMap<EnclaveRole, String> awaitReady()
      throws OperatorException, InterruptedException {
    try {
      return epochs.awaitReady();
    } catch (EnclaveStartException e) {
      throw new OperatorException(e.sentence(), e);
    }
  }

  /** What {@link #awaitReady} waits for now, as the end of a sentence. */
  public String awaited() {
    return Readiness.awaited(epochs.statuses());
  }

  /** Of the epoch that serves; empty in mode truncated. */
  public Optional<String> evaluatorKey() {
    return epochs.statuses().stream()
        .filter(EpochStatus::serving)
        .findFirst()
        .flatMap(EpochStatus::evaluatorKey);
  }

  public String url() {
    return listen.url(port());
  }

  /** Where the operator's own loaders have something evaluated; empty where nothing is. */
  public Optional<String> loaderUrl() {
    return loaderFront.map(front -> loaderListen.url(front.port()));
  }

  /** Where the messenger's backend changes registrations; empty where it does not. */
  public Optional<String> managementUrl() {
    return managementFront.map(front -> management.orElseThrow().listen().url(front.port()));
  }

  public int port() {
    return fronts.getFirst().port();
  }

  private void forEachClient(EnclaveRole role, Consumer<Relay> action) {
    fronts.forEach(front -> front.forEachClient(role, action));
  }

  /** Readiness goes first, then the clients, then the enclaves with their snapshots. */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    vertx.ifPresent(running -> running.cancelTimer(filesTimer));
    epochs.refuseAll();
    epochs.roles().forEach(role -> forEachClient(role, Relay::goAway));
    epochs.stop(ENCLAVE_STOP_TIME);
    vertx.ifPresent(DiscoveryServer::stop);
    records.close();
    management.ifPresent(it -> it.stores().close());
  }

  private static void stop(Vertx running) {
    try {
      running.close().await(VERTX_STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException slowClients) {
      // their connections end with the process
    }
  }
}
