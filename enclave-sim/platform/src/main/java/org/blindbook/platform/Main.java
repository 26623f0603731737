package org.blindbook.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.protocol.hardware.Hardware;

/**
 * Plays the hardware for one enclave: copies and measures its image, launches it, answers its
 * requests, and ends with its host.
 *
 * <p>Prints one line on standard output once the enclave is launched: {@code
 * {"measurement":"<hex>","pid":<platform>,"enclavePid":<enclave>}}; one once its policy is written
 * and the enclave can have quotes: {@code {"provisioned":true}}; and one whenever collateral was
 * renewed: {@code {"collateralValidUntil":"<instant>"}}. See {@link Options#USAGE}.
 *
 * <p>Exit codes: 0 the host ended, 1 wrong options, 2 it cannot start, 3 the enclave ended by
 * itself, 128 and a signal's number when that signal ended the enclave.
 */
public final class Main {
  private static final int STOPPED = 0;
  private static final int USAGE = 1;
  private static final int CANNOT_START = 2;
  private static final int ENCLAVE_ENDED = 3;

  /** And the signal's number, when a signal ended the enclave: as a shell does. */
  private static final int SIGNALLED = 128;

  private static final int MAX_SETTINGS_BYTES = 64 * 1024;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) {
    try {
      return run(Options.parse(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println(Options.USAGE);
      return USAGE;
    } catch (PlatformException e) {
      System.err.println(e.getMessage());
      return CANNOT_START;
    } catch (IOException e) {
      System.err.println("The platform cannot start: " + reason(e) + ".");
      return CANNOT_START;
    }
  }

  /** Exceptions of the Java runtime may have no message. */
  private static String reason(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static int run(Options options) throws IOException, PlatformException {
    endWithHost();
    SecureRandom random = new SecureRandom();
    Path javaHome = Path.of(System.getProperty("java.home"));
    byte[] settings = readSettings(options.settings());
    SealingKeys sealingKeys;
    StateFolder.ImageFolder folder;
    try (StateFolder state = StateFolder.open(options.state())) {
      sealingKeys = SealingKeys.createOrLoad(state, random);
      folder = state.newImageFolder();
    }
    EnclaveImage image = EnclaveImage.open(options.image()).copyTo(folder.path());
    EnclaveIdentity identity =
        EnclaveIdentity.initialise(
            image.sigStruct(), image.measure(), Attributes.of(options.conditions()));
    EnclaveProcess enclave = EnclaveProcess.launch(image, javaHome);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(enclave, folder)));
    announce(identity.measurement(), enclave);
    // The rest while the enclave's Java runtime starts, and then while the enclave does.
    Hardware.Launch launch =
        new Hardware.Launch(options.socket().toString(), settings, RuntimeDigest.of(javaHome));
    CompletableFuture<Provisioning> provisioned = new CompletableFuture<>();
    SimulatedHardware hardware = new SimulatedHardware(launch, identity, sealingKeys, provisioned);
    Thread serving = Thread.ofPlatform().name("hardware").start(() -> serve(enclave, hardware));
    Provisioning provisioning = provision(options, random);
    DevelopmentPolicy policy =
        new DevelopmentPolicy(
            provisioning.root(), identity.measurement(), launch, LocalDate.now(Clock.systemUTC()));
    DevelopmentPolicy.write(policy.yaml(), options.policy());
    provisioned.complete(provisioning);
    announceProvisioned();
    int exitCode = awaitEnd(serving, enclave);
    if (exitCode > SIGNALLED) {
      System.err.println("The enclave was killed by signal " + (exitCode - SIGNALLED) + ".");
      return exitCode;
    }
    System.err.println("The enclave ended.");
    return ENCLAVE_ENDED;
  }

  private static Provisioning provision(Options options, SecureRandom random)
      throws IOException, PlatformException {
    InstantSource clock = InstantSource.system();
    SimulatedPki pki;
    try (StateFolder state = StateFolder.open(options.state())) {
      pki = SimulatedPki.createOrLoad(state, clock.instant(), random);
    }
    return Provisioning.of(
        pki.under(options.conditions(), clock.instant(), random),
        options.conditions(),
        clock,
        random,
        Main::announce);
  }

  private static void serve(EnclaveProcess enclave, SimulatedHardware hardware) {
    try {
      enclave.serve(hardware);
    } catch (IOException e) {
      // The enclave broke its pipe: it has ended or is about to.
    }
  }

  private static int awaitEnd(Thread serving, EnclaveProcess enclave) {
    try {
      serving.join();
      return enclave.awaitEnd();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the main thread", e);
    }
  }

  private static byte[] readSettings(Path file) throws PlatformException {
    try {
      if (Files.size(file) <= MAX_SETTINGS_BYTES) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      // Falls through to the same sentence.
    }
    throw new PlatformException(
        "The settings " + file + " cannot be read, or have more than 64 KiB: check the path.");
  }

  private static void announce(byte[] measurement, EnclaveProcess enclave) {
    System.out.printf(
        "{\"measurement\":\"%s\",\"pid\":%d,\"enclavePid\":%d}%n",
        HexFormat.of().formatHex(measurement), ProcessHandle.current().pid(), enclave.pid());
    System.out.flush();
  }

  private static void announceProvisioned() {
    System.out.println("{\"provisioned\":true}");
    System.out.flush();
  }

  private static void announce(Instant collateralValidUntil) {
    System.out.printf("{\"collateralValidUntil\":\"%s\"}%n", collateralValidUntil);
    System.out.flush();
  }

  /** Standard input closes when the host ends, however it ends. */
  private static void endWithHost() {
    Thread.ofPlatform()
        .name("host-watch")
        .daemon()
        .start(
            () -> {
              InputStream host = System.in;
              try {
                while (host.read() >= 0) {
                  // The host says nothing; only its end matters.
                }
              } catch (IOException e) {
                // Unreadable is as good as closed.
              }
              System.exit(STOPPED);
            });
  }

  private static void end(EnclaveProcess enclave, StateFolder.ImageFolder image) {
    enclave.kill();
    try {
      image.delete();
    } catch (IOException e) {
      // The next start deletes it.
    }
  }
}
