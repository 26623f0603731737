package org.blindbook.server.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.blindbook.server.auth.CredentialKey;
import org.blindbook.server.auth.CredentialMinter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationKeysTest {
  private static final UUID ACCOUNT = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");

  @TempDir Path temp;

  @Test
  void theKeyIsForTheOwnerOnly() throws Exception {
    Path root = temp.resolve("data");
    new InstallationKeys(DataDirectory.open(root)).credentialKey();
    assertThat(mode(root.resolve("credential.key"))).isEqualTo("rw-------");
    assertThat(root.resolve("credential.key")).hasSize(64);
    assertThat(root).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void theKeyIsMadeOnceHoweverManyAskForIt() throws Exception {
    for (int round = 0; round < 20; round++) {
      DataDirectory directory = DataDirectory.open(temp.resolve("data" + round));
      CyclicBarrier together = new CyclicBarrier(4);
      Set<String> minted = ConcurrentHashMap.newKeySet();
      Callable<Boolean> ask =
          () -> {
            together.await();
            return minted.add(mint(new InstallationKeys(directory).credentialKey()));
          };
      try (var executor = Executors.newFixedThreadPool(4)) {
        for (var done : executor.invokeAll(List.of(ask, ask, ask, ask))) {
          done.get();
        }
      }
      assertThat(minted).hasSize(1).contains(mint(new InstallationKeys(directory).credentialKey()));
    }
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    new InstallationKeys(directory).credentialKey();
    Files.setPosixFilePermissions(
        temp.resolve("credential.key"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(new InstallationKeys(directory)::credentialKey)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void refusesADamagedKey() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    new InstallationKeys(directory).credentialKey();
    Files.write(temp.resolve("credential.key"), new byte[31]);
    assertThatThrownBy(new InstallationKeys(directory)::credentialKey)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("damaged");
  }

  private static String mint(CredentialKey key) {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
    return new CredentialMinter(key, clock).mint(ACCOUNT).orElseThrow();
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
