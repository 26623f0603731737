package org.blindbook.server.e2e;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.InstallationKeys;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One blinded deployment with {@value #REGISTERED} users for all tests that only ask it: a start
 * takes seconds. A test class gets it as an argument; the first one starts it, the last stops it.
 */
final class BlindedInstallation implements AutoCloseable {
  static final int REGISTERED = 2_000;

  /** Permits of an account; too few come back during a test to matter. */
  static final int PERMITS = 50_000;

  private final Path folder;
  final Deployment deployment;
  private final CredentialMinter minter;

  private BlindedInstallation() throws Exception {
    folder = Files.createTempDirectory("blindbook-shared");
    Path config = folder.resolve("permits.yaml");
    Files.write(
        config,
        List.of("permits.capacity: " + PERMITS, "permits.refill-per-day: 1", Deployment.PATIENT));
    deployment =
        Deployment.startWith(folder, List.of("--mode", "blinded", "--config", config.toString()));
    minter =
        new CredentialMinter(
            new InstallationKeys(DataDirectory.open(deployment.data())).credentialKey(),
            InstantSource.system());
    deployment.load(Numbers.registrations(0, REGISTERED));
    deployment.awaitRecords(REGISTERED);
  }

  /**
   * Minted in this process: a command for each of many accounts would take longer than the tests.
   */
  String credential(UUID account) {
    return minter.mint(account).orElseThrow();
  }

  DiscoveryClient.Builder client(UUID account) throws Exception {
    String credential = credential(account);
    return DiscoveryClient.builder(deployment.url())
        .policy(deployment.policy())
        .credentials(() -> credential);
  }

  @Override
  public void close() throws IOException {
    deployment.close();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Gives the installation to whoever takes one as an argument. */
  static final class Shared implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(BlindedInstallation.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BlindedInstallation.class;
    }

    @Override
    public BlindedInstallation resolveParameter(
        ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent("started", key -> start(), BlindedInstallation.class);
    }

    private static BlindedInstallation start() {
      try {
        return new BlindedInstallation();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
