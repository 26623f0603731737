package org.blindbook.server.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temp;

  @Test
  void createsTheDirectoryForTheOwnerOnly() throws Exception {
    Path root = temp.resolve("data");
    DataDirectory.open(root);
    assertThat(mode(root)).isEqualTo("rwx------");
  }

  @Test
  void leavesTheModeOfAnExistingDirectoryAlone() throws Exception {
    Path root = Files.createDirectory(temp.resolve("shared"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-x---"));
    DataDirectory.open(root);
    assertThat(mode(root)).isEqualTo("rwxr-x---");
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

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
