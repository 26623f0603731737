package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostFolderTest {
  @TempDir Path temporary;

  private HostFolder create() throws Exception {
    return HostFolder.create(temporary, new SecureRandom());
  }

  private List<Path> folders() throws Exception {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  /** A host that makes its folder, says so, and waits for its end. */
  public static final class Host {
    public static void main(String[] arguments) throws Exception {
      HostFolder folder = HostFolder.create(Path.of(arguments[0]), new SecureRandom());
      Files.writeString(folder.folder("lookup").resolve("settings"), "x");
      System.out.println("made");
      System.in.read();
    }
  }

  private Process host() throws Exception {
    Process host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Host.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = host.inputReader()) {
      assertThat(out.readLine()).isEqualTo("made");
    }
    return host;
  }

  @Test
  void aClosedFolderLeavesNothing() throws Exception {
    HostFolder folder = create();
    Files.writeString(folder.folder("a").resolve("b"), "c");
    folder.close();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theFolderOfAKilledHostIsRemovedAndThatOfARunningOneIsNot() throws Exception {
    Process running = host();
    Process killed = host();
    assertThat(folders()).hasSize(2);
    killed.destroyForcibly().waitFor();
    try (HostFolder own = create();
        HostFolder second = create()) {
      assertThat(folders()).hasSize(3);
      assertThat(own.folder("x")).exists();
    }
    assertThat(folders()).hasSize(1);
    running.destroyForcibly().waitFor();
    create().close();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void theLockOfAFolderOutlivesOtherFoldersOfItsProcess() throws Exception {
    try (HostFolder first = create()) {
      create().close();
      host().destroyForcibly().waitFor(); // another host sweeps, too
      assertThat(first.folder("x")).exists();
    }
  }

  @Test
  void whatIsNoHostsFolderStays() throws Exception {
    Path other = Files.createDirectory(temporary.resolve("blindbook-of-somebody"));
    Path file = Files.writeString(temporary.resolve("blindbook-1.txt"), "x");
    create().close();
    assertThat(other).exists();
    assertThat(file).exists();
  }
}
