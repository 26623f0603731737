package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.InstallationKeys;
import org.blindbook.server.installation.LiveSecret;
import org.blindbook.server.installation.ManagementToken;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.PublishedStatus;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.installation.ServeLock;
import org.blindbook.server.serving.DiscoveryServer;
import org.blindbook.server.serving.Installation;
import org.blindbook.server.serving.Listen;
import org.blindbook.server.serving.OpenStores;
import org.blindbook.server.serving.ServeConfig;
import org.blindbook.server.serving.ServerLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "serve",
    description =
        "Starts the discovery server, its platform and its enclave, and serves until it gets"
            + " SIGTERM. Says so on standard output once clients are admitted. Works without any"
            + " configuration; users loaded meanwhile are found within two seconds.",
    footer = {
      "",
      "Examples:",
      "  blindbook serve --data-dir /var/lib/blindbook --port 8080",
      "  blindbook serve --data-dir /var/lib/blindbook --host 0.0.0.0 --port 8443 \\",
      "      --tls-cert chain.pem --tls-key key.pem --config serve.yaml",
      "  blindbook serve --data-dir DIR --port 0 --json",
      "",
      "The host's heap is 512 MiB; BLINDBOOK_HEAP=1g gives it another size. serve says at its start"
          + " how",
      "much of it the settings can take at most, and does not start when that is more.",
      "",
      "Exit codes: 0 stopped by SIGTERM or SIGINT, 2 wrong usage, configuration or environment."
    })
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory; created when missing")
  Path dataDirectory = Path.of("");

  @Option(
      names = "--port",
      required = true,
      paramLabel = "N",
      description = "the port to listen on; 0 picks a free one")
  int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "the address to listen on (default: ${DEFAULT-VALUE})")
  String host = "";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "settings in YAML; docs/operations.md lists them")
  @Nullable Path config;

  @Option(
      names = "--recent-days",
      paramLabel = "N",
      description =
          "a second enclave for the registrations of the last N days, 1 to 30, which clients may"
              + " ask for at more permits; without it there is none")
  @Nullable Integer recentDays;

  @Mixin DeploymentOptions deploymentOptions = new DeploymentOptions();

  @Option(names = "--tls-cert", paramLabel = "PEM", description = "certificate chain")
  @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "PEM", description = "the certificate's key (PKCS#8)")
  @Nullable Path key;

  @Option(
      names = "--registrations",
      paramLabel = "URL",
      description =
          "the PostgreSQL that the registrations are in: postgresql://USER@HOST/DATABASE; chosen at"
              + " the first start, kept in the data directory (default: SQLite files there)")
  @Nullable String registrations;

  @Option(
      names = "--management-port",
      paramLabel = "N",
      description =
          "a port for the messenger's backend, which registers and unregisters there; 0 picks a"
              + " free one (default: none)")
  @Nullable Integer managementPort;

  @Option(
      names = "--management-host",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "the address of that port (default: ${DEFAULT-VALUE})")
  String managementHost = "127.0.0.1";

  @Option(
      names = "--log-level",
      defaultValue = "warn",
      paramLabel = "LEVEL",
      description =
          "what is logged on standard error: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}); no level logs anything about a client")
  ServerLog.Detail logLevel = ServerLog.Detail.warn;

  @Option(
      names = "--json",
      description = "print {\"ready\":true,\"url\":...,\"measurement\":...} when ready")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final CountDownLatch never = new CountDownLatch(1);

  @Override
  public Integer call() throws OperatorException, InterruptedException {
    ServerLog.configure(logLevel);
    ServeConfig settings = config == null ? new ServeConfig() : ServeConfig.read(config);
    if (recentDays != null) {
      settings = settings.withRecentDays(recentDays);
    }
    Listen listen = new Listen(host, requirePort("--port", port), tls(), settings.trustedProxy());
    listen.requireSafe();
    DataDirectory directory = DataDirectory.open(dataDirectory);
    try (ServeLock lock = ServeLock.acquire(directory)) {
      RegistrationStores.choose(directory, Optional.ofNullable(registrations));
      Deployment deployment = new DeploymentFile(directory).readOrChoose(deploymentOptions::chosen);
      deploymentOptions.requireSame(deployment);
      new PublishedStatus(directory).clear();
      serve(settings, listen, directory, deployment);
      return ExitCode.OK;
    }
  }

  private void serve(
      ServeConfig settings, Listen listen, DataDirectory directory, Deployment deployment)
      throws OperatorException, InterruptedException {
    InstallationKeys keys = new InstallationKeys(directory);
    Installation installation = new Installation(directory, settings);
    directory.deleteEpochsOver(deployment);
    Optional<DiscoveryServer.Management> management = management(directory, deployment, settings);
    try (LiveSecret<CredentialKey> credentials = keys.liveCredentialKey();
        Loaders loaders = Loaders.of(settings, keys, deployment)) {
      DiscoveryServer server =
          new DiscoveryServer(
              listen,
              settings,
              new CredentialVerifier(
                  credentials, settings.credentialValidity(), InstantSource.system()),
              installation.records(),
              installation::epochs,
              loaders.admission(),
              management);
      serve(server, measurements -> announce(directory, deployment, server, measurements));
    }
  }

  private Optional<DiscoveryServer.Management> management(
      DataDirectory directory, Deployment deployment, ServeConfig settings)
      throws OperatorException {
    if (managementPort == null) {
      return Optional.empty();
    }
    if (!deployment.looksUp()) {
      throw new OperatorException(
          "This data directory is an evaluator's and holds no users: leave --management-port out.");
    }
    Listen where =
        new Listen(
            managementHost,
            requirePort("--management-port", managementPort),
            tls(),
            settings.trustedProxy());
    return Optional.of(
        new DiscoveryServer.Management(
            where,
            ManagementToken.of(directory),
            new OpenStores(RegistrationStores.of(directory))));
  }

  /** Who may have identifiers evaluated, where something is. */
  private record Loaders(Optional<LiveSecret<LoadKey>> key, Duration validity)
      implements AutoCloseable {
    static Loaders of(ServeConfig settings, InstallationKeys keys, Deployment deployment)
        throws OperatorException {
      return new Loaders(
          deployment.evaluates() ? Optional.of(keys.liveLoadKey()) : Optional.empty(),
          settings.credentialValidity());
    }

    Optional<LoadCredential> admission() {
      return key.map(live -> new LoadCredential(live, validity, InstantSource.system()));
    }

    @Override
    public void close() {
      key.ifPresent(LiveSecret::close);
    }
  }

  /** Serves until a signal ends the process: this returns by an exception only. */
  private void serve(DiscoveryServer server, Announcement ready)
      throws OperatorException, InterruptedException {
    // A process that a signal ends has the signal's exit code unless it halts with another.
    Thread onSignal =
        new Thread(
            () -> {
              try {
                server.stop();
              } finally {
                Runtime.getRuntime().halt(ExitCode.OK);
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      server.start();
      ready.of(awaitReady(server));
      never.await();
    } catch (OperatorException | RuntimeException e) {
      if (forget(onSignal)) {
        server.stop();
      }
      throw e;
    }
  }

  private SortedMap<EnclaveRole, String> awaitReady(DiscoveryServer server)
      throws OperatorException, InterruptedException {
    try (StartProgress progress =
        new StartProgress(spec.commandLine().getErr(), server::awaited, StartProgress.EVERY)) {
      return server.awaitReady();
    }
  }

  private static boolean forget(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stoppingAlready) {
      return false;
    }
  }

  private interface Announcement {
    void of(SortedMap<EnclaveRole, String> measurements) throws OperatorException;
  }

  private void announce(
      DataDirectory directory,
      Deployment deployment,
      DiscoveryServer server,
      SortedMap<EnclaveRole, String> measurements)
      throws OperatorException {
    PrintWriter out = spec.commandLine().getOut();
    String url = server.url();
    boolean blinded = deployment.blinded().isPresent();
    String evaluatorKey = server.evaluatorKey().orElse("");
    Optional<TableSettings> table = server.table();
    Optional<RecentWindow.Limits> recent = server.recent();
    Optional<String> loaderUrl = server.loaderUrl();
    if (loaderUrl.isPresent()) {
      new PublishedStatus(directory).writeEvaluatorUrl(loaderUrl.get());
    }
    if (json) {
      JsonObject line =
          new JsonObject()
              .put("ready", true)
              .put("url", url)
              .put("measurement", measurements.get(measurements.firstKey()));
      if (blinded) {
        line.put("mode", "blinded")
            .put("role", deployment.roleName().orElseThrow())
            .put("epoch", deployment.serving());
        line.put("evaluatorKey", evaluatorKey);
      }
      if (measurements.size() > 1) {
        line.put("evaluatorMeasurement", measurements.get(EnclaveRole.EVALUATOR));
      }
      recent.ifPresent(
          r -> line.put("recentDays", r.longest().toDays()).put("recentPart", r.part()));
      table.ifPresent(t -> line.put("kernel", t.kernel().label()).put("threads", t.threads()));
      server.managementUrl().ifPresent(it -> line.put("managementUrl", it));
      line.put("maxHeapMebibytes", server.memory().mebibytes());
      out.println(line.encode());
    } else {
      out.println("blindbook is ready at " + url + " (" + describe(measurements) + ")");
      if (blinded) {
        out.println(deployment.description() + ", evaluator's public key " + evaluatorKey);
      }
      table.ifPresent(t -> out.println(t.describe()));
      recent.ifPresent(r -> out.println(r.describe()));
      server
          .managementUrl()
          .ifPresent(it -> out.println("registrations are changed at " + it + "/v1/registrations"));
      out.println(server.memory().describe());
    }
    out.flush();
  }

  private static String describe(SortedMap<EnclaveRole, String> measurements) {
    return measurements.size() == 1
        ? "measurement " + measurements.get(measurements.firstKey())
        : measurements.entrySet().stream()
            .map(enclave -> "measurement of " + enclave.getKey().label() + " " + enclave.getValue())
            .collect(Collectors.joining(", "));
  }

  private static int requirePort(String option, int port) throws OperatorException {
    if (port < 0 || port > 65_535) {
      throw new OperatorException(option + " takes a number from 0 to 65535; 0 picks a free port.");
    }
    return port;
  }

  private Listen.@Nullable Tls tls() throws OperatorException {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new OperatorException("TLS needs both --tls-cert and --tls-key: give the other one.");
    }
    return new Listen.Tls(certificate, key);
  }
}
