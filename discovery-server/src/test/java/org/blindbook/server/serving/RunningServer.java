package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.EvaluatorConnection;
import org.blindbook.server.enclavehost.EvaluatorDuty;
import org.blindbook.server.enclavehost.EvaluatorKeyFile;
import org.blindbook.server.enclavehost.EvaluatorPublicKey;
import org.blindbook.server.enclavehost.LookupConnection;
import org.blindbook.server.enclavehost.LookupDuty;
import org.blindbook.server.enclavehost.RecentDuty;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.ScriptedEvaluator;
import org.blindbook.server.enclavehost.ScriptedLauncher;
import org.blindbook.server.enclavehost.ScriptedLookup;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.HostedEpoch;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.SqliteRecordStore;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;

/** The host in this process, with scripted enclaves and empty stores. */
final class RunningServer implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final EpochPlan TRUNCATED = new EpochPlan(new TreeSet<>(Set.of(0)), 0);

  /**
   * The enclaves of one epoch, one after the other for each role that is hosted.
   *
   * @param lookup null where nobody is looked up
   * @param evaluator null where nothing is evaluated
   * @param recent of recent registrations; null where there is none
   */
  record Enclaves(
      @Nullable Supplier<ScriptedLookup> lookup,
      @Nullable Supplier<ScriptedEvaluator> evaluator,
      @Nullable Supplier<ScriptedLookup> recent) {
    Enclaves(
        @Nullable Supplier<ScriptedLookup> lookup,
        @Nullable Supplier<ScriptedEvaluator> evaluator) {
      this(lookup, evaluator, null);
    }

    static Enclaves of(ScriptedLookup lookup) {
      return new Enclaves(() -> lookup, null);
    }
  }

  /** Whether the next servers believe what a proxy says of addresses. */
  static boolean trustingProxy;

  /** Of the lookup enclaves of the epoch that was opened first. */
  ScriptedLauncher<ScriptedLookup, LookupConnection> launcher;

  /** Of the evaluators of the epoch that was opened first. */
  ScriptedLauncher<ScriptedEvaluator, EvaluatorConnection> evaluators;

  final DiscoveryServer server;

  /** What the operator wants now. */
  volatile EpochPlan plan;

  /** Epochs that were retired and have ended. */
  final Set<Integer> deleted = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final CredentialMinter minter;

  /** In mode truncated, not ready yet. */
  RunningServer(Path folder, String config, Supplier<ScriptedLookup> enclaves) throws Exception {
    this(folder, config, TRUNCATED, epoch -> new Enclaves(enclaves, null), Optional.empty());
  }

  /**
   * @param enclaves of each epoch; null for an epoch that cannot be opened
   * @param loaders who may have identifiers evaluated, at an evaluator
   */
  RunningServer(
      Path folder,
      String config,
      EpochPlan first,
      IntFunction<@Nullable Enclaves> enclaves,
      Optional<LoadCredential> loaders)
      throws Exception {
    this(folder, config, first, enclaves, loaders, records(folder, config));
  }

  private RunningServer(
      Path folder,
      String config,
      EpochPlan first,
      IntFunction<@Nullable Enclaves> enclaves,
      Optional<LoadCredential> loaders,
      RecordStore records)
      throws Exception {
    this.folder = folder;
    CredentialKey key = CredentialKey.of(CredentialKey.generate());
    minter = new CredentialMinter(key, InstantSource.system());
    plan = first;
    ServeConfig settings = ServeConfig.parse(config, "test.yaml");
    server =
        new DiscoveryServer(
            new Listen("127.0.0.1", 0, null, trustingProxy),
            settings,
            new CredentialVerifier(
                key, CredentialVerifier.DEFAULT_VALIDITY, InstantSource.system()),
            records,
            onEnclaveGone ->
                new HostedEpochs(
                    roles(enclaves.apply(first.serving())),
                    first,
                    () -> Optional.ofNullable(plan),
                    epoch ->
                        epoch(
                            epoch,
                            settings,
                            enclaves.apply(epoch),
                            role -> onEnclaveGone.accept(role, epoch)),
                    settings.total(),
                    statuses -> {}),
            loaders,
            Optional.empty());
    server.start();
  }

  private static RecordStore records(Path folder, String config) throws Exception {
    return SqliteRecordStore.open(
        folder.resolve("ledgers.db"),
        1_000,
        ServeConfig.parse(config, "test.yaml").retention(),
        InstantSource.system());
  }

  /** In mode truncated, ready, with records of a test's own. */
  static RunningServer with(RecordStore records, Path folder, String config, ScriptedLookup enclave)
      throws Exception {
    RunningServer running =
        new RunningServer(
            folder, config, TRUNCATED, epoch -> Enclaves.of(enclave), Optional.empty(), records);
    running.server.awaitReady();
    return running;
  }

  private static Set<EnclaveRole> roles(Enclaves enclaves) {
    Set<EnclaveRole> roles = EnumSet.noneOf(EnclaveRole.class);
    if (enclaves.lookup() != null) {
      roles.add(EnclaveRole.LOOKUP);
    }
    if (enclaves.evaluator() != null) {
      roles.add(EnclaveRole.EVALUATOR);
    }
    if (enclaves.recent() != null) {
      roles.add(EnclaveRole.RECENT);
    }
    return roles;
  }

  private HostedEpoch epoch(
      int epoch,
      ServeConfig settings,
      @Nullable Enclaves enclaves,
      Consumer<EnclaveRole> onEnclaveGone)
      throws EnclaveStartException {
    if (enclaves == null) {
      throw new EnclaveStartException("This epoch cannot be opened.");
    }
    try {
      RegistrationStore store = RegistrationStore.sqlite(folder.resolve(epoch + ".db"));
      EvaluatorPublicKey key = new EvaluatorPublicKey(Optional.empty());
      boolean evaluates = enclaves.evaluator() != null;
      return new HostedEpoch(
          epoch,
          enclaves.lookup() == null
              ? Optional.empty()
              : Optional.of(lookup(epoch, settings, enclaves.lookup(), store, onEnclaveGone)),
          evaluates
              ? Optional.of(evaluator(epoch, enclaves.evaluator(), key, onEnclaveGone))
              : Optional.empty(),
          enclaves.recent() == null
              ? Optional.empty()
              : Optional.of(recent(epoch, settings, enclaves.recent(), onEnclaveGone)),
          evaluates ? Optional.of(key) : Optional.empty(),
          new HostedEpoch.Resources() {
            @Override
            public void close() {
              store.close();
            }

            @Override
            public void delete() {
              deleted.add(epoch);
            }
          });
    } catch (IOException | StoreException e) {
      throw new AssertionError(e);
    }
  }

  private EnclaveSupervisor<LookupConnection> lookup(
      int epoch,
      ServeConfig settings,
      Supplier<ScriptedLookup> enclaves,
      RegistrationStore store,
      Consumer<EnclaveRole> onEnclaveGone)
      throws IOException {
    ScriptedLauncher<ScriptedLookup, LookupConnection> its =
        new ScriptedLauncher<>(enclaves, LookupConnection::connect);
    launcher = launcher == null ? its : launcher;
    return new EnclaveSupervisor<>(
        EnclaveRole.LOOKUP,
        its,
        LookupDuty.of(
            store, folder.resolve(epoch + ".sealed"), settings.snapshotInterval(), policy -> {}),
        InstantSource.system(),
        () -> onEnclaveGone.accept(EnclaveRole.LOOKUP));
  }

  private HostedEpoch.Recent recent(
      int epoch,
      ServeConfig settings,
      Supplier<ScriptedLookup> enclaves,
      Consumer<EnclaveRole> onEnclaveGone)
      throws IOException, StoreException {
    RecentWindow window = new RecentWindow(settings.recent().orElseThrow());
    RegistrationStore store = RegistrationStore.sqlite(folder.resolve(epoch + ".db"));
    return new HostedEpoch.Recent(
        new EnclaveSupervisor<>(
            EnclaveRole.RECENT,
            new ScriptedLauncher<>(enclaves, LookupConnection::connect),
            RecentDuty.of(store, window, InstantSource.system(), policy -> {}),
            InstantSource.system(),
            () -> onEnclaveGone.accept(EnclaveRole.RECENT)),
        window);
  }

  private EnclaveSupervisor<EvaluatorConnection> evaluator(
      int epoch,
      Supplier<ScriptedEvaluator> enclaves,
      EvaluatorPublicKey key,
      Consumer<EnclaveRole> onEnclaveGone)
      throws IOException {
    ScriptedLauncher<ScriptedEvaluator, EvaluatorConnection> its =
        new ScriptedLauncher<>(enclaves, EvaluatorConnection::connect);
    evaluators = evaluators == null ? its : evaluators;
    return new EnclaveSupervisor<>(
        EnclaveRole.EVALUATOR,
        its,
        EvaluatorDuty.of(
            new EvaluatorKeyFile(folder.resolve(epoch + ".key"), folder.resolve(epoch + ".public")),
            () -> false,
            key,
            policy -> {}),
        InstantSource.system(),
        () -> onEnclaveGone.accept(EnclaveRole.EVALUATOR));
  }

  /** With one enclave, ready. */
  static RunningServer ready(Path folder, String config, ScriptedLookup enclave) throws Exception {
    RunningServer running = new RunningServer(folder, config, () -> enclave);
    running.server.awaitReady();
    return running;
  }

  /** In mode blinded with an evaluator and a lookup enclave, ready. */
  static RunningServer both(Path folder, ScriptedLookup lookup, ScriptedEvaluator evaluator)
      throws Exception {
    return both(folder, "", lookup, evaluator, records(folder, ""));
  }

  static RunningServer both(
      Path folder,
      String config,
      ScriptedLookup lookup,
      ScriptedEvaluator evaluator,
      RecordStore records)
      throws Exception {
    RunningServer running =
        new RunningServer(
            folder,
            config,
            new EpochPlan(new TreeSet<>(Set.of(1)), 1),
            epoch -> new Enclaves(() -> lookup, () -> evaluator),
            Optional.empty(),
            records);
    running.server.awaitReady();
    return running;
  }

  String credential(UUID account) {
    return minter.mint(account).orElseThrow();
  }

  TestClient connect(UUID account, String... headers) {
    return connect(Paths.DISCOVERY, account, headers);
  }

  TestClient connect(String path, UUID account, String... headers) {
    return TestClient.connect(server.url() + path, headers(account, headers));
  }

  Map<String, String> headers(UUID account, String... headers) {
    Map<String, String> all = new HashMap<>();
    all.put(Headers.AUTHORIZATION, Headers.CLIENT_SCHEME + " " + credential(account));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return all;
  }

  TestClient connect() {
    return connect(UUID.randomUUID());
  }

  /** A client is refused before the upgrade and told when to come back; gives the seconds. */
  int assertRefused(UUID account, int status, String... headers) {
    return assertRefused(Paths.DISCOVERY, account, status, headers);
  }

  int assertRefused(String path, UUID account, int status, String... headers) {
    HttpResponse<?> response = TestClient.refused(server.url() + path, headers(account, headers));
    assertThat(response.statusCode()).isEqualTo(status);
    return Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow());
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
