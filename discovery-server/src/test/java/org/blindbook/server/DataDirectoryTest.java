package org.blindbook.server;

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

class DataDirectoryTest {
  private static final UUID ACCOUNT = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");

  @TempDir Path temp;

  @Test
  void createsTheDirectoryAndTheKeyForTheOwnerOnly() throws Exception {
    Path root = temp.resolve("data");
    DataDirectory.open(root).credentialKey();
    assertThat(mode(root)).isEqualTo("rwx------");
    assertThat(mode(root.resolve("credential.key"))).isEqualTo("rw-------");
    assertThat(root.resolve("credential.key")).hasSize(64);
    assertThat(root).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void leavesTheModeOfAnExistingDirectoryAlone() throws Exception {
    Path root = Files.createDirectory(temp.resolve("shared"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x---"));
    DataDirectory.open(root);
    assertThat(mode(root)).isEqualTo("rwxr-x---");
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
            return minted.add(mint(directory.credentialKey()));
          };
      try (var executor = Executors.newFixedThreadPool(4)) {
        for (var done : executor.invokeAll(List.of(ask, ask, ask, ask))) {
          done.get();
        }
      }
      assertThat(minted).hasSize(1).contains(mint(directory.credentialKey()));
    }
  }

  private static String mint(CredentialKey key) {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
    return new CredentialMinter(key, clock).mint(ACCOUNT).orElseThrow();
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    directory.credentialKey();
    Files.setPosixFilePermissions(
        temp.resolve("credential.key"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(directory::credentialKey)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void refusesADamagedKey() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    directory.credentialKey();
    Files.write(temp.resolve("credential.key"), new byte[31]);
    assertThatThrownBy(directory::credentialKey)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void saysWhatIsWrongWithADirectoryThatCannotBe() throws Exception {
    assertThatThrownBy(() -> DataDirectory.open(temp.resolve("no/where")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("does not exist");
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("is not a directory");
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("cannot be created");
  }

  @Test
  void admitsOneServerAtATime() throws Exception {
    DataDirectory directory = DataDirectory.open(temp);
    try (DataDirectory.ServeLock held = directory.lockForServing()) {
      assertThat(held).isNotNull();
      assertThatThrownBy(directory::lockForServing)
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("Another server is running");
    }
    directory.lockForServing().close();
  }

  @Test
  void admitsOneServerAtATimeAcrossProcesses() throws Exception {
    try (JavaProcess other = JavaProcess.start(Locker.class, temp.toString())) {
      assertThat(other.line()).isEqualTo("locked");
      DataDirectory directory = DataDirectory.open(temp);
      assertThatThrownBy(directory::lockForServing)
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("Another server is running");
      other.kill();
      directory.lockForServing().close();
    }
  }

  /** Locks a directory until killed. */
  static final class Locker {
    public static void main(String[] arguments) throws Exception {
      DataDirectory.open(Path.of(arguments[0])).lockForServing();
      System.out.println("locked");
      System.in.read();
    }
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
