package org.blindbook.client.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateStoreTest {
  private static final String IN_USE = "another process uses the state";

  @TempDir private Path folder;

  @Test
  void givesBackWhatWasSavedLastAcrossOpenings() throws IOException {
    Path directory = folder.resolve("a/b");
    try (FileStateStore store = FileStateStore.open(directory)) {
      assertThat(store.load()).isEmpty();
      store.save(new byte[500_000]);
      store.save(new byte[] {1, 2, 3});
      assertThat(store.load()).contains(new byte[] {1, 2, 3});
    }
    try (FileStateStore store = FileStateStore.open(directory)) {
      assertThat(store.load()).contains(new byte[] {1, 2, 3});
    }
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "this file system has no POSIX permissions");
    Path directory = folder.resolve("private");
    try (FileStateStore store = FileStateStore.open(directory)) {
      store.save(new byte[1]);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      try (var files = Files.list(directory)) {
        assertThat(files)
            .hasSize(2)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void survivesAnUnfinishedSave() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.save(new byte[] {1});
      Files.write(folder.resolve(".state.draft"), new byte[100]);
      folder.resolve(".state.draft").toFile().setReadable(true, false);
    }
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThat(store.load()).contains(new byte[] {1});
      store.save(new byte[] {2});
      assertThat(store.load()).contains(new byte[] {2});
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve("state"))))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void isOpenOnceInAProcess() throws IOException {
    try (FileStateStore store = FileStateStore.open(folder)) {
      assertThat(store.load()).isEmpty();
      assertThatThrownBy(() -> FileStateStore.open(folder))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(IN_USE);
    }
    FileStateStore.open(folder).close();
  }

  /** Run in a process of its own: says why the directory cannot be opened. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) {
      try (FileStateStore store = FileStateStore.open(Path.of(arguments[0]))) {
        System.out.print("opened " + store.load().isPresent());
      } catch (IOException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private String openElsewhere() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opener.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void isOpenInOneProcessOnly() throws Exception {
    try (FileStateStore store = FileStateStore.open(folder)) {
      store.save(new byte[1]);
      assertThat(openElsewhere()).startsWith(IN_USE);
    }
    assertThat(openElsewhere()).isEqualTo("opened true");
  }

  @Test
  void reportsADirectoryThatIsAFile() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[0]);
    assertThatThrownBy(() -> FileStateStore.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the state cannot be kept in ");
  }

  @Test
  void inMemoryKeepsACopy() {
    InMemoryStateStore store = new InMemoryStateStore();
    byte[] state = {1, 2, 3};
    store.save(state);
    Arrays.fill(state, (byte) 0);
    store.load().orElseThrow()[0] = 9;
    assertThat(store.load()).contains(new byte[] {1, 2, 3});
  }
}
