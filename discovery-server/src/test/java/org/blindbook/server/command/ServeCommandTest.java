package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.blindbook.server.Main;
import org.blindbook.server.enclavehost.ScriptedLauncher;
import org.blindbook.server.enclavehost.ScriptedPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as an operator runs it: real processes, with a scripted platform. */
@Timeout(60)
class ServeCommandTest {
  private static final Pattern READY =
      Pattern.compile(
          "\\{\"ready\":true,\"url\":\"([^\"]+)\",\"measurement\":\"([0-9a-f]{64})\",\"kernel\":\"(?:vector512|vector256|plain)\",\"threads\":[0-9]+,\"maxHeapMebibytes\":[0-9]+}");

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private Path config;

  private record Result(int exit, String out, String err) {}

  private record Serving(Process process, String url) {
    ProcessHandle platform() {
      return process.children().findFirst().orElseThrow();
    }
  }

  @BeforeEach
  void install() throws IOException {
    configure("serve");
    Files.createDirectory(folder.resolve("tmp"));
  }

  private void configure(String behaviour) throws IOException {
    config = folder.resolve("serve.yaml");
    Files.writeString(config, ScriptedPlatform.install(folder.resolve("apps"), behaviour));
  }

  @AfterEach
  void kill() {
    started.forEach(Process::destroyForcibly);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("serve", "--data-dir", data().toString()));
    arguments.addAll(List.of("--config", config.toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Process spawn(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dblindbook.home=" + folder));
    command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments(more));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
    started.add(process);
    return process;
  }

  private Serving serve() throws IOException {
    Process process = spawn("--port", "0", "--json");
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    assertThat(line).as(() -> stderr()).matches(READY);
    Matcher ready = READY.matcher(line);
    assertThat(ready.matches()).isTrue();
    assertThat(ready.group(2)).isEqualTo(ScriptedLauncher.MEASUREMENT);
    return new Serving(process, ready.group(1));
  }

  private String stderr() {
    try {
      return Files.readString(folder.resolve("stderr"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Runs the command in this process: for commands that do not come to serve. */
  private Result run(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String home = System.setProperty("blindbook.home", folder.toString());
    try {
      int exit =
          BlindbookCommand.commandLine()
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(err))
              .execute(arguments(more).toArray(String[]::new));
      return new Result(exit, out.toString(), err.toString());
    } finally {
      if (home != null) {
        System.setProperty("blindbook.home", home);
      }
    }
  }

  private void assertRefused(Result result, String... sentence) {
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains(sentence);
  }

  private static int status(HttpClient client, String url) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static boolean isReady(Serving serving) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return status(client, serving.url() + "/health/ready") == 200;
    }
  }

  @Test
  void servesUntilSigtermAndLeavesNothingBehind() throws Exception {
    Serving serving = serve();
    assertThat(serving.url()).matches("http://127\\.0\\.0\\.1:[0-9]+");
    assertThat(isReady(serving)).isTrue();
    assertThat(data().resolve("trust.yaml")).content().contains("mode=truncated\n");
    assertThat(run("--port", "0").err()).contains("Another server is running");
    ProcessHandle platform = serving.platform();
    serving.process().toHandle().destroy(); // Process.destroy would close its output
    assertThat(serving.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(serving.process().exitValue()).isZero();
    assertThat(platform.isAlive()).isFalse();
    try (Stream<Path> temporary = Files.list(folder.resolve("tmp"))) {
      assertThat(temporary.filter(file -> !file.toString().contains("hsperf"))).isEmpty();
    }
    assertThat(stderr().lines().filter(line -> !line.contains("was never stepped through")))
        .isEmpty();
    try (BufferedReader out = serving.process().inputReader()) {
      assertThat(out.lines()).as("more lines on standard output").isEmpty();
    }
  }

  @Test
  void thePlatformGetsNothingOfTheOperatorsEnvironment() throws Exception {
    Process process = spawn("--port", "0", "--log-level", "info");
    assertThat(process.inputReader().readLine())
        .matches(
            "blindbook is ready at http://127\\.0\\.0\\.1:\\d+ \\(measurement [0-9a-f]{64}\\)");
    assertThat(process.inputReader().readLine())
        .matches("table kernel (vector512|vector256|plain), \\d+ threads?");
    await().until(() -> stderr().contains("platform: environment: []"));
  }

  @Test
  void aPlatformThatIsKilledIsStartedAgain() throws Exception {
    Serving serving = serve();
    Files.delete(data().resolve("trust.yaml"));
    ProcessHandle first = serving.platform();
    first.destroyForcibly();
    await().until(() -> !first.isAlive());
    await().until(() -> serving.process().children().findFirst().isPresent() && isReady(serving));
    assertThat(serving.platform().pid()).isNotEqualTo(first.pid());
  }

  /** Unlike a mistake, which ends the command at once. */
  @Test
  void aPlatformOrEnclaveThatIsKilledDuringTheFirstStartIsStartedAgain() throws Exception {
    configure("is killed, then its enclave, then serve");
    Serving serving = serve();
    assertThat(isReady(serving)).isTrue();
    assertThat(stderr().lines().filter(line -> line.contains("was killed by signal 9 while it")))
        .hasSize(2);
  }

  @Test
  void thePlatformEndsWithAHostThatIsKilled() throws Exception {
    Serving serving = serve();
    ProcessHandle platform = serving.platform();
    serving.process().destroyForcibly();
    platform.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void servesTlsWithPemFiles() throws Exception {
    KeyStore keys = selfSigned();
    SSLContext trusting = SSLContext.getInstance("TLS");
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    trusting.init(null, trust.getTrustManagers(), null);
    Path certificate = pem("cert.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    Path key =
        pem("key.pem", "PRIVATE KEY", keys.getKey("server", "changeit".toCharArray()).getEncoded());
    Process process =
        spawn(
            "--port",
            "0",
            "--host",
            "0.0.0.0",
            "--json",
            "--tls-cert",
            certificate.toString(),
            "--tls-key",
            key.toString());
    Matcher ready = READY.matcher(String.valueOf(process.inputReader().readLine()));
    assertThat(ready.matches()).as(this::stderr).isTrue();
    assertThat(ready.group(1)).startsWith("https://0.0.0.0:");
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting).build()) {
      String url = ready.group(1).replace("0.0.0.0", "localhost");
      assertThat(status(client, url + "/v1/offer")).isEqualTo(200);
    }
  }

  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .start();
    assertThat(keytool.waitFor()).isZero();
    return KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
  }

  private Path pem(String name, String what, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
  }

  @Test
  void aBusyPortIsOneSentence() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(busy.getLocalPort());
      assertRefused(run("--port", port), "Port " + port + " cannot be used");
    }
  }

  @Test
  void moreMemoryThanThereIsIsRefusedBeforeAnybodyComes() throws Exception {
    Files.writeString(config, "ledgers.max: 999999999\n");
    assertRefused(
        run("--port", "0"),
        "With these settings the host takes at most ",
        " MiB for 999999999 ledgers. It has ",
        "BLINDBOOK_HEAP");
  }

  @Test
  void plainHttpIsForLoopbackUnlessAProxyIsDeclared() throws Exception {
    assertRefused(run("--port", "0", "--host", "0.0.0.0"), "Without TLS", "--tls-cert");
    configure("refuse");
    Files.writeString(config, Files.readString(config) + "listen.trusted-proxy: true\n");
    assertRefused(run("--port", "0", "--host", "0.0.0.0"), "did not start the enclave");
  }

  @Test
  void whatThePlatformSaysReachesTheOperator() throws Exception {
    configure("refuse");
    assertRefused(
        run("--port", "0", "--log-level", "error"),
        "The platform did not start the enclave: This image has no signature.");
  }

  @Test
  void anEnclaveThatEndsAtItsStartIsOneSentence() throws Exception {
    configure("die");
    assertRefused(
        run("--port", "0"),
        "The enclave ended while it started: enclave: cannot use its settings.");
  }

  @Test
  void anUnbuiltPlatformIsOneSentence() throws Exception {
    Files.writeString(config, "");
    assertRefused(run("--port", "0"), "The platform is not built", "mvn package");
  }

  @Test
  void wrongOptionsAreOneSentenceEach() throws Exception {
    assertRefused(run("--port", "65536"), "--port");
    assertRefused(run("--port", "0", "--tls-cert", "x.pem"), "both --tls-cert and --tls-key");
    assertRefused(
        run("--port", "0", "--tls-cert", "x.pem", "--tls-key", "y.pem"),
        "--tls-cert cannot be read");
    Files.writeString(config, "nonsense: 1\n");
    assertRefused(run("--port", "0"), "line 1: there is no setting 'nonsense'");
  }
}
