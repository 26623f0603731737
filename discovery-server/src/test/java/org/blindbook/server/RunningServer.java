package org.blindbook.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.ScriptedEnclave;
import org.blindbook.server.enclavehost.ScriptedLauncher;
import org.blindbook.server.epochs.EpochPlan;
import org.blindbook.server.epochs.HostedEpoch;
import org.blindbook.server.epochs.HostedEpochs;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;

/** The host in this process, with scripted enclaves and empty stores. */
final class RunningServer implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final EpochPlan TRUNCATED = new EpochPlan(new TreeSet<>(Set.of(0)), 0);

  /** Of the epoch that was opened first. */
  ScriptedLauncher launcher;

  final DiscoveryServer server;

  /** What the operator wants now. */
  volatile EpochPlan plan;

  /** Epochs that were retired and have ended. */
  final Set<Integer> deleted = ConcurrentHashMap.newKeySet();

  private final CredentialMinter minter;

  /** In mode truncated, not ready yet. */
  RunningServer(Path folder, String config, Supplier<ScriptedEnclave> enclaves) throws Exception {
    this(folder, config, enclaves, Optional.empty());
  }

  /**
   * @param loaders who may have identifiers evaluated, at an evaluator
   */
  RunningServer(
      Path folder,
      String config,
      Supplier<ScriptedEnclave> enclaves,
      Optional<LoadCredential> loaders)
      throws Exception {
    this(folder, config, TRUNCATED, epoch -> enclaves, loaders);
  }

  /**
   * @param enclaves of each epoch, one after the other; null for an epoch that cannot be opened
   */
  RunningServer(
      Path folder,
      String config,
      EpochPlan first,
      IntFunction<@Nullable Supplier<ScriptedEnclave>> enclaves,
      Optional<LoadCredential> loaders)
      throws Exception {
    CredentialKey key = CredentialKey.of(CredentialKey.generate());
    minter = new CredentialMinter(key, InstantSource.system());
    plan = first;
    ServeConfig settings = ServeConfig.parse(config, "test.yaml");
    server =
        new DiscoveryServer(
            new Listen("127.0.0.1", 0, null, false),
            settings,
            new CredentialVerifier(
                key, CredentialVerifier.DEFAULT_VALIDITY, InstantSource.system()),
            onEnclaveGone ->
                new HostedEpochs(
                    () -> Optional.ofNullable(plan),
                    epoch ->
                        epoch(
                            epoch,
                            folder,
                            settings,
                            enclaves.apply(epoch),
                            () -> onEnclaveGone.accept(epoch)),
                    settings.total(),
                    statuses -> {}),
            loaders);
    server.start();
  }

  private HostedEpoch epoch(
      int epoch,
      Path folder,
      ServeConfig settings,
      @Nullable Supplier<ScriptedEnclave> enclaves,
      Runnable onEnclaveGone)
      throws EnclaveStartException {
    if (enclaves == null) {
      throw new EnclaveStartException("This epoch cannot be opened.");
    }
    try {
      ScriptedLauncher its = new ScriptedLauncher(enclaves);
      launcher = launcher == null ? its : launcher;
      RegistrationStore store = RegistrationStore.sqlite(folder.resolve(epoch + ".db"));
      EnclaveSupervisor supervisor =
          new EnclaveSupervisor(
              its,
              store,
              folder.resolve(epoch + ".sealed"),
              settings.snapshotInterval(),
              InstantSource.system(),
              (enclave, storeIsEmpty) -> {},
              onEnclaveGone);
      HostedEpoch.Resources resources =
          new HostedEpoch.Resources() {
            @Override
            public void close() {
              store.close();
            }

            @Override
            public void delete() {
              deleted.add(epoch);
            }
          };
      return new HostedEpoch(epoch, supervisor, Optional::empty, resources);
    } catch (IOException | StoreException e) {
      throw new AssertionError(e);
    }
  }

  /** With one enclave, ready. */
  static RunningServer ready(Path folder, String config, ScriptedEnclave enclave) throws Exception {
    RunningServer running = new RunningServer(folder, config, () -> enclave);
    running.server.awaitReady();
    return running;
  }

  String credential(UUID account) {
    return minter.mint(account).orElseThrow();
  }

  TestClient connect(UUID account, String... headers) {
    Map<String, String> all = new HashMap<>();
    all.put("Authorization", "Blindbook " + credential(account));
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return TestClient.connect(server.url() + "/v1/discovery", all);
  }

  TestClient connect() {
    return connect(UUID.randomUUID());
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
