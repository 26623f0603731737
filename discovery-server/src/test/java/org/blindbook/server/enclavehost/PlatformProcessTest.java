package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A platform and its enclave as two processes, of which either may be killed. */
@Timeout(120)
class PlatformProcessTest {
  @TempDir Path folder;
  private int launches;
  private PlatformProcess<LookupConnection> platform;

  /** Starts an enclave's process, says so, and waits for the end of its host. */
  public static final class Platform {
    public static void main(String[] arguments) throws Exception {
      Process enclave =
          new ProcessBuilder(java(Enclave.class, arguments[0]))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      System.out.printf(
          "{\"measurement\":\"%s\",\"enclavePid\":%d}%n",
          ScriptedLauncher.MEASUREMENT, enclave.pid());
      System.out.println("{\"provisioned\":true}");
      System.in.transferTo(OutputStream.nullOutputStream());
      enclave.destroyForcibly();
    }
  }

  /** An enclave that keeps running when its host and its platform are gone. */
  public static final class Enclave {
    public static void main(String[] arguments) throws Exception {
      new EnclaveSocket(Path.of(arguments[0]), new ScriptedLookup());
      Thread.sleep(Duration.ofMinutes(2));
    }
  }

  private static List<String> java(Class<?> main, String argument) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        main.getName(),
        argument);
  }

  private RunningEnclave<LookupConnection> launch()
      throws EnclaveStartException, EnclaveKilledException, InterruptedException {
    Path socket = folder.resolve("s" + launches++);
    Path policy = folder.resolve("policy.yaml");
    try {
      Files.writeString(policy, "");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    platform =
        PlatformProcess.start(
            java(Platform.class, socket.toString()),
            () -> LookupConnection.connect(socket, new byte[0]),
            policy);
    return platform;
  }

  private static List<ProcessHandle> children(ProcessHandle of) {
    return of.descendants().toList();
  }

  @AfterEach
  void end() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void theEndOfThePlatformEndsTheConnectionAndNoEnclaveIsLeft() throws Exception {
    launch();
    ProcessHandle hardware = platform.handle();
    ProcessHandle enclave = children(hardware).getFirst();
    hardware.destroyForcibly();
    platform.connection().gone().get(1, TimeUnit.SECONDS);
    platform.close();
    await().until(() -> !enclave.isAlive());
  }

  @Test
  void aSupervisorNoticesTheEndOfThePlatformAndStartsAnother() throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(folder.resolve("r.db"))) {
      EnclaveSupervisor<LookupConnection> supervisor =
          new EnclaveSupervisor<>(
              EnclaveRole.LOOKUP,
              this::launch,
              LookupDuty.of(store, folder.resolve("snapshot"), Duration.ofDays(1), policy -> {}),
              InstantSource.system(),
              () -> {});
      supervisor.start();
      supervisor.awaitReady();
      ProcessHandle hardware = platform.handle();
      ProcessHandle enclave = children(hardware).getFirst();
      hardware.destroyForcibly();
      await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(1))
          .until(() -> supervisor.status().phase() == Phase.RESTARTING);
      assertThat(supervisor.serving()).isEmpty();
      await().atMost(Duration.ofSeconds(60)).until(() -> supervisor.serving().isPresent());
      await().until(() -> !enclave.isAlive()); // dead, and buried by whoever adopted it
      supervisor.stop(Duration.ofSeconds(10));
    }
  }
}
