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
import java.util.UUID;
import java.util.function.Supplier;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.blindbook.server.enclavehost.ScriptedEnclave;
import org.blindbook.server.enclavehost.ScriptedLauncher;
import org.blindbook.server.registrations.RegistrationStore;

/** The host in this process, with scripted enclaves and an empty store. */
final class RunningServer implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final ScriptedLauncher launcher;
  final DiscoveryServer server;
  private final RegistrationStore store;
  private final CredentialMinter minter;

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
    CredentialKey key = CredentialKey.of(CredentialKey.generate());
    minter = new CredentialMinter(key, InstantSource.system());
    launcher = new ScriptedLauncher(enclaves);
    store = RegistrationStore.sqlite(folder.resolve("registrations.db"));
    server =
        new DiscoveryServer(
            new Listen("127.0.0.1", 0, null, false),
            ServeConfig.parse(config, "test.yaml"),
            launcher,
            store,
            folder.resolve("snapshot.sealed"),
            new CredentialVerifier(
                key, CredentialVerifier.DEFAULT_VALIDITY, InstantSource.system()),
            EnclaveSupervisor.Preparation.NONE,
            loaders);
    server.start();
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
    store.close();
  }
}
