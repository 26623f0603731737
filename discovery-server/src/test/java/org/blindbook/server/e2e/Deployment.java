package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.services.PostgresServer;

/** One installation, driven by its own commands as an operator would. */
final class Deployment implements AutoCloseable {
  private static final Path LAUNCHER = Path.of(System.getProperty("blindbook.home"), "blindbook");
  private static final Pattern READY =
      Pattern.compile(
          "\\{\"ready\":true,\"url\":\"([^\"]+)\",\"measurement\":\"([0-9a-f]{64})\".*}");

  private static final String LOG_LEVEL = "--log-level";

  /** Configuration of a server on a machine that does other work: nobody is refused for that. */
  static final String PATIENT =
      "admission: {deadline-millis: 30000, evaluation-deadline-millis: 30000}";

  private final Path folder;
  private final Path data;
  private final Map<UUID, String> credentials = new HashMap<>();
  private final List<String> options;
  private volatile Process server;
  private volatile URI url;
  private volatile Optional<URI> managementUrl = Optional.empty();
  private String measurement;

  private Deployment(Path folder, List<String> options) {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.options = options;
  }

  /** Starts a server on a new data directory in {@code folder} and waits until it is ready. */
  static Deployment start(Path folder, String... configLines) throws Exception {
    List<String> lines = new ArrayList<>(List.of(configLines));
    lines.add(PATIENT);
    Path config = Files.write(folder.resolve("serve.yaml"), lines);
    Deployment deployment = new Deployment(folder, List.of("--config", config.toString()));
    deployment.startServer();
    return deployment;
  }

  /** As {@link #start}, with options of {@code serve}. */
  static Deployment startWith(Path folder, List<String> options) throws Exception {
    Deployment deployment = new Deployment(folder, options);
    deployment.startServer();
    return deployment;
  }

  void startServer() throws Exception {
    awaitAnnouncement(launchProcess());
  }

  /**
   * Starts a server and waits for nothing.
   *
   * @return completes once the server is ready for the first time
   */
  CompletableFuture<Void> launchServer() throws IOException {
    Process launched = launchProcess();
    CompletableFuture<Void> announced = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                awaitAnnouncement(launched);
                announced.complete(null);
              } catch (Throwable e) {
                announced.completeExceptionally(e);
              }
            });
    return announced;
  }

  private Process launchProcess() throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "serve"));
    command.addAll(List.of("--data-dir", data.toString(), "--port", "0", "--json"));
    command.addAll(options);
    if (!options.contains(LOG_LEVEL)) {
      command.addAll(List.of(LOG_LEVEL, "trace"));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
    PostgresServer.passPasswordsTo(builder);
    Process launched = builder.start();
    server = launched;
    return launched;
  }

  private void awaitAnnouncement(Process launched) throws IOException {
    BufferedReader out = launched.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.matches()) {
      throw new AssertionError("the server ended before it was ready: " + lastWords());
    }
    url = URI.create(ready.group(1));
    measurement = ready.group(2);
    managementUrl =
        Optional.ofNullable(new JsonObject(line).getString("managementUrl")).map(URI::create);
  }

  /** What it said last that an operator would see. */
  String lastWords() throws IOException {
    try (Stream<String> lines = Files.lines(log())) {
      List<String> said =
          lines.filter(line -> line.matches("(?s)blindbook: .*|\\S+ (WARN|ERROR) .*")).toList();
      return String.join("\n", said.subList(Math.max(0, said.size() - 8), said.size()));
    }
  }

  Path log() {
    return folder.resolve("serve.log");
  }

  Path data() {
    return data;
  }

  URI url() {
    return url;
  }

  /** Where registrations are changed; empty before the server was ready, and where they are not. */
  Optional<URI> managementUrl() {
    return managementUrl;
  }

  String measurement() {
    return measurement;
  }

  Path trustFile() {
    return data.resolve("trust.yaml");
  }

  AppraisalPolicy policy() throws Exception {
    return AppraisalPolicy.read(trustFile());
  }

  ProcessHandle host() {
    return server.toHandle();
  }

  /**
   * A platform's process: the host's child, which says whose image it runs. Others are those that
   * the launcher runs before it becomes the host.
   */
  Optional<ProcessHandle> findPlatform(EnclaveRole role) {
    String image = "/enclave/" + role.label() + "/target/app";
    return server
        .children()
        .filter(child -> arguments(child).stream().anyMatch(a -> a.endsWith(image)))
        .findFirst();
  }

  ProcessHandle platform(EnclaveRole role) {
    return findPlatform(role)
        .orElseThrow(() -> new AssertionError("the host has no platform for " + role));
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of());
  }

  /** An enclave's process: its platform's child. */
  ProcessHandle enclave(EnclaveRole role) {
    return platform(role)
        .children()
        .findFirst()
        .orElseThrow(() -> new AssertionError("the platform of " + role + " has no child"));
  }

  /** Kills the lookup enclave without warning. */
  void killEnclave() {
    kill(enclave(EnclaveRole.LOOKUP));
  }

  static void kill(ProcessHandle process) {
    assertThat(process.destroyForcibly()).isTrue();
    process.onExit().join();
  }

  /** Whether the server says that it admits clients. */
  boolean isReady() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(url.resolve("/health/ready")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }
  }

  /** What the server says of itself. */
  JsonObject health() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(url.resolve("/health/ready")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return new JsonObject(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  /** Waits until the enclave holds so many registrations: then their owners are found. */
  void awaitRecords(int records) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (health().getInteger("records") != records) {
      assertThat(System.nanoTime()).as("time until users are found").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  void awaitReady() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!isReady()) {
      assertThat(System.nanoTime()).as("time until ready again").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  /** Stops the server as an operator does; gives its exit code. */
  int stopServer() throws InterruptedException {
    server.destroy();
    assertThat(server.waitFor(15, TimeUnit.SECONDS)).as("stopped in time").isTrue();
    return server.exitValue();
  }

  void load(Map<String, UUID> registrations) throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    registrations.forEach((identifier, account) -> lines.add(identifier + "," + account));
    Path file = Files.write(folder.resolve("load.csv"), lines);
    run("load", "--data-dir", data.toString(), file.toString());
  }

  void unload(Collection<String> identifiers) throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier"));
    lines.addAll(identifiers);
    Path file = Files.write(folder.resolve("unload.csv"), lines);
    run("load", "--data-dir", data.toString(), "--delete", file.toString());
  }

  String credential(UUID account) {
    return credentials.computeIfAbsent(
        account,
        a -> {
          try {
            return run("credential", "--data-dir", data.toString(), "--account", a.toString())
                .strip();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  /** A client of that account which trusts this deployment. */
  DiscoveryClient.Builder client(UUID account) throws Exception {
    String credential = credential(account);
    return DiscoveryClient.builder(url).policy(policy()).credentials(() -> credential);
  }

  /** Runs a command to its end and gives its standard output. */
  String run(String... command) throws Exception {
    Outcome outcome = tryRun(command);
    assertThat(outcome.exitCode).as(outcome.err).isZero();
    return outcome.out;
  }

  /** A command, to be started by the caller: it becomes the process of the program itself. */
  ProcessBuilder command(String... command) {
    List<String> line = new ArrayList<>(List.of(LAUNCHER.toString()));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line);
    PostgresServer.passPasswordsTo(builder);
    return builder;
  }

  record Outcome(int exitCode, String out, String err) {}

  Outcome tryRun(String... command) throws IOException, InterruptedException {
    Path err = Files.createTempFile(folder, "command", ".err");
    Process process =
        command(command).redirectError(ProcessBuilder.Redirect.to(err.toFile())).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }

  /** Every file this installation has written, logs included. */
  List<Path> files() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
    }
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(15, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
