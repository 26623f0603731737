package org.blindbook.edge.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFileTest {
  private static final int LARGE = 1 << 20;

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aFileIsReplacedForItsOwnerOnly() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "open to others");
    WholeFile.replace(file, new byte[] {1, 2});
    assertThat(file).hasBinaryContent(new byte[] {1, 2});
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(Access.OWNER.covers(file)).isTrue();
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aPublicFileIsForEverybodyWhomTheUmaskLets() throws IOException {
    Path file = folder.resolve("file");
    Path ordinary = Files.createFile(folder.resolve("ordinary"));
    WholeFile.replace(file, new byte[] {1}, Access.EVERYBODY);
    assertThat(mode(file)).isEqualTo(mode(ordinary));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Access.OWNER.covers(file)).isFalse();
  }

  @Test
  void whatAKilledWriterLeftIsNoHindrance() throws IOException {
    Path leftOver = Files.writeString(folder.resolve(".file.draft"), "x".repeat(100));
    Files.setPosixFilePermissions(leftOver, PosixFilePermissions.fromString("r--r--r--"));
    WholeFile.replace(folder.resolve("file"), new byte[] {1});
    assertThat(folder.resolve("file")).hasBinaryContent(new byte[] {1});
    assertThat(mode(folder.resolve("file"))).isEqualTo("rw-------");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void ofManyThatCreateAFileOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        Path file = folder.resolve("file" + round);
        List<Callable<byte[]>> writers = new ArrayList<>();
        for (byte i = 0; i < 8; i++) {
          byte[] content = {i};
          writers.add(
              () -> {
                WholeFile.create(file, content);
                return Files.readAllBytes(file);
              });
        }
        byte[] kept = null;
        for (var read : threads.invokeAll(writers)) {
          kept = kept == null ? read.get() : kept;
          assertThat(read.get()).isEqualTo(kept);
        }
      }
    } finally {
      threads.shutdown();
    }
    assertThat(names()).hasSize(50);
  }

  @Test
  void aDraftThatIsNotFinishedIsGone() throws IOException {
    Path file = folder.resolve("file");
    try (Draft draft = Draft.besideOthers(file, Access.OWNER)) {
      draft.write(new byte[] {1});
      assertThat(mode(draft.path())).isEqualTo("rw-------");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void aTargetThatCannotBeReplacedCostsNothing() throws IOException {
    Path occupied = Files.createDirectories(folder.resolve("file/below")).getParent();
    assertThatThrownBy(() -> WholeFile.replace(occupied, new byte[] {1}))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("file");
  }

  /**
   * The system takes the part of a large write that fits and only refuses the next one: who writes
   * once publishes a file that is cut, and who does not clean up leaves a draft for each attempt.
   */
  @ParameterizedTest
  @ValueSource(strings = {"replace", "create"})
  void onAFullDiskTheFileIsAsItWasAndNoDraftIsLeft(String how) throws Exception {
    Path file = folder.resolve("file");
    if (how.equals("replace")) {
      Files.write(file, new byte[] {7});
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(runWithLittleSpace(how, file)).isEqualTo("refused");
    }
    if (how.equals("replace")) {
      assertThat(file).hasBinaryContent(new byte[] {7});
      assertThat(names()).containsExactly("file");
    } else {
      assertThat(names()).isEmpty();
    }
  }

  /** In a process whose files may have 64 blocks, which ends like a disk that is full. */
  private static String runWithLittleSpace(String how, Path file) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 64 && exec \"$@\"",
                "sh",
                java,
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                path,
                LargeWriter.class.getName(),
                how,
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes()).strip();
    process.waitFor();
    return said;
  }

  /** Writes a file that is larger than there is space for. */
  static final class LargeWriter {
    public static void main(String[] arguments) {
      Path file = Path.of(arguments[1]);
      try {
        if (arguments[0].equals("replace")) {
          WholeFile.replace(file, new byte[LARGE]);
        } else {
          WholeFile.create(file, new byte[LARGE]);
        }
        System.out.println("written");
      } catch (IOException e) {
        System.out.println("refused");
      }
    }
  }
}
