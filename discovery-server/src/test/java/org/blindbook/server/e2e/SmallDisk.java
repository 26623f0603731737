package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of its own with little room, in memory, that can be filled and emptied. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;
  private final Path ballast;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.ballast = folder.resolve("ballast");
  }

  /** Mounts one, or skips the test where only root may. */
  static SmallDisk mount(Path folder, int mebibytes) throws Exception {
    Files.createDirectory(folder);
    String options = "size=%dm,mode=0700".formatted(mebibytes);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()) == 0,
        "needs to mount a tmpfs, as root may");
    return new SmallDisk(folder);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Leaves no room. */
  void fill() throws IOException {
    byte[] page = new byte[4_096];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(folder.toFile().getUsableSpace()).isLessThan(page.length);
    }
  }

  /** Makes room again. */
  void empty() throws IOException {
    Files.delete(ballast);
  }

  /** Whoever still has files there keeps them until it ends. */
  @Override
  public void close() throws Exception {
    assertThat(run("umount", "-l", folder.toString())).isZero();
  }
}
