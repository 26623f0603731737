package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.PolicyException;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the real platform process with a small enclave of the test's own. */
class PlatformProcessTest {
  private static final Pattern ANNOUNCEMENT =
      Pattern.compile(
          "\\{\"measurement\":\"([0-9a-f]{64})\",\"pid\":(\\d+),\"enclavePid\":(\\d+)}");

  /** A library of the Java runtime that nothing loads by itself. */
  private static final Path PRELOADED = Path.of(System.getProperty("java.home"), "lib/libjsig.so");

  @TempDir Path folder;
  private final List<Running> started = new ArrayList<>();

  private record Running(Process process, String measurement, ProcessHandle enclave) {}

  @BeforeEach
  void prepare() throws IOException, PlatformException {
    FakeImage.build(folder.resolve("image"), "");
    Files.writeString(folder.resolve("settings"), "settings of the test");
  }

  @AfterEach
  void stop() {
    for (Running running : started) {
      running.enclave().destroyForcibly();
      running.process().destroyForcibly();
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("org.blindbook.platform.Main");
    for (String name : List.of("image", "state", "socket", "settings", "policy")) {
      command.add("--" + name);
      command.add(folder.resolve(name).toString());
    }
    return command;
  }

  private Running start() throws IOException {
    Files.deleteIfExists(folder.resolve("socket.report"));
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Dplanted=true");
    builder.environment().put("JDK_JAVA_OPTIONS", "-Dplanted=true");
    builder.environment().put("LD_PRELOAD", PRELOADED.toString());
    Process process = builder.redirectError(folder.resolve("log").toFile()).start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    if (line == null) {
      fail("the platform said: " + Files.readString(folder.resolve("log")));
    }
    Matcher announced = ANNOUNCEMENT.matcher(line);
    assertThat(announced.matches()).as(line).isTrue();
    assertThat(Long.parseLong(announced.group(2))).isEqualTo(process.pid());
    Running running =
        new Running(
            process,
            announced.group(1),
            ProcessHandle.of(Long.parseLong(announced.group(3))).orElseThrow());
    started.add(running);
    return running;
  }

  private Properties report() throws IOException, InterruptedException {
    Path file = folder.resolve("socket.report");
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!Files.exists(file)) {
      assertThat(Instant.now()).as("the enclave reports").isBefore(deadline);
      Thread.sleep(20);
    }
    Properties report = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      report.load(in);
    }
    return report;
  }

  private static byte[] bytes(Properties report, String key) {
    return HexFormat.of().parseHex(report.getProperty(key));
  }

  private void assertEnds(Running running, int exitCode) throws InterruptedException {
    assertThat(running.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(running.process().exitValue()).isEqualTo(exitCode);
    running.enclave().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    assertThat(running.enclave().isAlive()).isFalse();
  }

  @Test
  void theEnclaveGetsAnEmptyEnvironmentTheMeasuredFlagsAndQuotesThatVerify()
      throws IOException, InterruptedException, PolicyException {
    Running running = start();
    Properties report = report();

    assertThat(report.getProperty("environment")).isEqualTo("{}");
    assertThat(report.getProperty("flags"))
        .contains("-XX:+DisableAttachMechanism", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError")
        .contains("-XX:-CreateCoredumpOnCrash", "-XX:-HeapDumpOnOutOfMemoryError")
        .doesNotContain("planted");
    assertThat(maps(running.process().pid())).contains(PRELOADED.getFileName().toString());
    assertThat(maps(running.enclave().pid())).doesNotContain(PRELOADED.getFileName().toString());
    assertThat(Files.readString(Path.of("/proc/" + running.enclave().pid() + "/limits")))
        .containsPattern("Max core file size +0 +0 ");
    assertThat(bytes(report, "settings")).asString().isEqualTo("settings of the test");
    assertThat(report.getProperty("refused")).isEqualTo("short report data");
    assertThat(report.getProperty("sealingKey"))
        .hasSize(64)
        .isNotEqualTo(report.getProperty("otherSealingKey"));
    Path image = Path.of(report.getProperty("folder"));
    assertThat(image.getParent()).isEqualTo(folder.resolve("state").toRealPath());
    assertThat(Files.getPosixFilePermissions(image))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));

    byte[] reportData = new byte[64];
    reportData[0] = 42;
    AppraisalPolicy policy = AppraisalPolicy.read(folder.resolve("policy"));
    Verdict verdict =
        Verifier.verify(
            bytes(report, "quote"),
            bytes(report, "collateral"),
            Binding.to(reportData).withRuntime(bytes(report, "runtime")),
            policy,
            Instant.now());
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.acceptable()).isTrue();
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.measurement()).isEqualTo(running.measurement());
    assertThat(verdict.summary()).contains("simulated, no hardware guarantee");
  }

  private static String maps(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/maps"));
  }

  @Test
  void theEnclaveEndsWithItsHost() throws IOException, InterruptedException {
    Running running = start();
    report();
    running.process().getOutputStream().close();
    assertEnds(running, 0);
    try (Stream<Path> left = Files.list(folder.resolve("state"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "pki", "fuse-key");
    }
  }

  @Test
  void theEnclaveEndsWithThePlatform() throws IOException, InterruptedException {
    Running running = start();
    report();
    running.process().toHandle().destroy();
    assertEnds(running, 143);
  }

  @Test
  void thePlatformEndsWithTheEnclaveAndSaysThatASignalEndedIt()
      throws IOException, InterruptedException {
    Running running = start();
    report();
    running.enclave().destroyForcibly();
    assertEnds(running, 128 + 9);
    assertThat(Files.readString(folder.resolve("log"))).contains("was killed by signal 9.");
  }

  @Test
  void aChangedJarChangesTheMeasurementAndKeepsRootAndSealingKey()
      throws IOException, InterruptedException, PlatformException {
    Running first = start();
    Properties before = report();
    String policyBefore = Files.readString(folder.resolve("policy"));
    first.process().getOutputStream().close();
    assertEnds(first, 0);

    FakeImage.build(folder.resolve("image"), "one byte more or less");
    Running second = start();
    Properties after = report();
    assertThat(second.measurement()).isNotEqualTo(first.measurement());
    assertThat(after.getProperty("sealingKey")).isEqualTo(before.getProperty("sealingKey"));
    assertThat(certificate(Files.readString(folder.resolve("policy"))))
        .isEqualTo(certificate(policyBefore));
  }

  @Test
  void anUpgradeKeepsItsKeysAndADowngradeOrAnotherSignerDoesNotGetThem() throws Exception {
    Running old = start();
    Properties version1 = report();
    old.process().getOutputStream().close();
    assertEnds(old, 0);
    FakeImage.build(folder.resolve("image"), "", ImageSigner.development(), 2);
    Running upgraded = start();
    Properties version2 = report();
    upgraded.process().getOutputStream().close();
    assertEnds(upgraded, 0);
    FakeImage.build(folder.resolve("image"), "", ImageSigner.release(newKey()), 2);
    start();
    Properties stranger = report();

    assertThat(version1.getProperty("version")).isEqualTo("1");
    assertThat(version1.getProperty("keyOfVersion2")).isEqualTo("refused");
    assertThat(version2.getProperty("version")).isEqualTo("2");
    assertThat(version2.getProperty("sealingKey")).isEqualTo(version1.getProperty("sealingKey"));
    assertThat(version2.getProperty("keyOfVersion2"))
        .hasSize(64)
        .isNotEqualTo(version2.getProperty("sealingKey"));
    assertThat(stranger.getProperty("sealingKey")).isNotEqualTo(version2.getProperty("sealingKey"));
    assertThat(stranger.getProperty("keyOfVersion2"))
        .isNotEqualTo(version2.getProperty("keyOfVersion2"));
  }

  private Path newKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(3072, BigInteger.valueOf(3)));
    byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
    return Files.writeString(
        folder.resolve("key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** Starts the platform, expects it to refuse, and gives what it said. */
  private String refusal(String... more) throws IOException, InterruptedException {
    List<String> command = command();
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).start();
    String said = new String(process.getErrorStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isEqualTo(2);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
    return said;
  }

  /** The enclave is launched before the platform looks at what it proves things with. */
  @Test
  void aPlatformThatCanProveNothingEndsItsEnclaveAndSaysWhy() throws Exception {
    Running first = start();
    report();
    first.process().getOutputStream().close();
    assertEnds(first, 0);
    Files.write(folder.resolve("state/pki"), new byte[] {0});

    Running running = start();
    assertEnds(running, 2);
    assertThat(Files.readString(folder.resolve("log")))
        .contains("The file " + folder.resolve("state/pki") + " is damaged: restore")
        .doesNotContain("enclave: ", "The enclave ended", "\tat ");
    assertThat(images()).isEmpty();
  }

  @Test
  void anImageThatIsNotWhatItsDeveloperSignedIsRefused() throws Exception {
    Path image = folder.resolve("image");
    Path signature = image.resolve(EnclaveImage.SIGSTRUCT);
    byte[] sigStruct = Files.readAllBytes(signature);

    byte[] jar = Files.readAllBytes(image.resolve("enclave.jar"));
    jar[jar.length / 2] ^= 1;
    Files.write(image.resolve("enclave.jar"), jar);
    assertThat(refusal()).contains("not the one that was signed");

    FakeImage.build(image, "");
    Files.writeString(image.resolve("another.jar"), "");
    assertThat(refusal()).contains("not the one that was signed");
    Files.delete(image.resolve("another.jar"));

    byte[] otherVersion = sigStruct.clone();
    otherVersion[1026]++;
    Files.write(signature, otherVersion);
    assertThat(refusal()).contains("signature is wrong");

    Files.write(signature, Arrays.copyOf(sigStruct, 100));
    assertThat(refusal()).contains("is damaged");

    Files.delete(signature);
    assertThat(refusal()).contains("is not signed");
  }

  @Test
  void anImageSignedForReleaseDoesNotRunInDebugMode() throws Exception {
    FakeImage.build(folder.resolve("image"), "", ImageSigner.release(newKey()), 1);
    assertThat(refusal("--conditions", "DEBUG")).contains("debug mode");
  }

  private static String certificate(String policy) {
    return policy.substring(policy.indexOf("BEGIN"), policy.indexOf("END"));
  }

  @Test
  void stateIsPrivate() throws IOException, InterruptedException {
    start();
    report();
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  /** As a processor runs several enclaves; what one leaves behind, the next that starts deletes. */
  @Test
  void severalPlatformsUseOneState() throws IOException, InterruptedException {
    Running first = start();
    Properties ofFirst = report();
    Running second = start();
    Properties ofSecond = report();
    assertThat(ofSecond.getProperty("sealingKey")).isEqualTo(ofFirst.getProperty("sealingKey"));
    assertThat(images()).hasSize(2);

    first.process().destroyForcibly();
    first.enclave().destroyForcibly();
    second.process().getOutputStream().close();
    assertEnds(first, 128 + 9);
    assertEnds(second, 0);
    assertThat(images()).containsExactly(Path.of(ofFirst.getProperty("folder")));
    start();
    Properties ofThird = report();
    assertThat(images()).containsExactly(Path.of(ofThird.getProperty("folder")));
  }

  private List<Path> images() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("state").toRealPath())) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  @Test
  void whatIsMissingIsSaidInOneSentence() throws IOException, InterruptedException {
    for (String[] broken :
        new String[][] {
          {"image", "nowhere", "2", "cannot be read"},
          {"settings", "nowhere", "2", "cannot be read"},
          {"socket", "x".repeat(200), "1", "longer than"},
          {"conditions", "MELTDOWN", "2", "There is no condition"}
        }) {
      List<String> command = new ArrayList<>(command());
      if (command.contains("--" + broken[0])) {
        command.set(command.indexOf("--" + broken[0]) + 1, folder.resolve(broken[1]).toString());
      } else {
        command.addAll(List.of("--" + broken[0], broken[1]));
      }
      Process process = new ProcessBuilder(command).start();
      String said = new String(process.getErrorStream().readAllBytes());
      assertThat(process.waitFor())
          .as(Arrays.toString(broken))
          .isEqualTo(Integer.parseInt(broken[2]));
      assertThat(said.lines().findFirst().orElse("")).contains(broken[3]);
      assertThat(said).doesNotContain("\tat ");
    }
  }
}
