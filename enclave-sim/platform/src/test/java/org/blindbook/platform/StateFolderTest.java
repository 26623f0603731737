package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the simulated processor keeps between starts. */
class StateFolderTest {
  private static final Instant NOW = Instant.parse("2026-11-27T00:00:00Z");

  @TempDir Path temp;
  private final SecureRandom random = new SecureRandom();

  private Path folder() {
    return temp.resolve("state");
  }

  /** As the platform's start does; gives the certificate of the root. */
  private byte[] start() throws IOException, PlatformException {
    try (StateFolder state = StateFolder.open(folder())) {
      SealingKeys.createOrLoad(state, random);
      return SimulatedPki.createOrLoad(state, NOW, random).root().certificate().getEncoded();
    }
  }

  @Test
  void whatTheFirstStartMadeIsReadByTheNext() throws Exception {
    assertThat(start()).isEqualTo(start());
    try (Stream<Path> files = Files.list(folder())) {
      List<Path> all = files.toList();
      assertThat(all.stream().map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "pki", "fuse-key");
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-------");
      }
    }
  }

  /** A machine crashed while an early version wrote, or its disk was full. */
  @Test
  void aFileThatIsCutIsOneSentenceThatSaysWhatToDo() throws Exception {
    start();
    for (String name : List.of("pki", "fuse-key")) {
      Path file = folder().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(this::start)
            .as(name + " of " + length + " bytes")
            .isInstanceOf(PlatformException.class)
            .hasMessageStartingWith("The file " + file.toAbsolutePath() + " is damaged: restore");
      }
      Files.write(file, whole);
    }
    start();
  }
}
