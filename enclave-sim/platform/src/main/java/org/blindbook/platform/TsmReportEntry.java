package org.blindbook.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One entry below {@code /sys/kernel/config/tsm/report}: a folder whose files are attributes. */
class TsmReportEntry implements AutoCloseable {
  private final Path folder;

  /** Makes the folder; the kernel fills it with attributes. */
  TsmReportEntry(Path folder) throws IOException {
    this.folder = Files.createDirectory(folder);
  }

  Path folder() {
    return folder;
  }

  /**
   * @throws IOException also when there are more bytes than {@code max}
   */
  byte[] read(String attribute, int max) throws IOException {
    // The kernel gives these files no size, so they are read to their end.
    try (InputStream in = Files.newInputStream(folder.resolve(attribute))) {
      byte[] value = in.readNBytes(max + 1);
      if (value.length > max) {
        throw new IOException("the attribute " + attribute + " is too long");
      }
      return value;
    }
  }

  /** Writes in one call: the kernel takes each write as a whole value. */
  void write(String attribute, byte[] value) throws IOException {
    Files.write(folder.resolve(attribute), value, StandardOpenOption.WRITE);
  }

  /** Removes the entry. The kernel's files go with their folder. */
  @Override
  public void close() throws IOException {
    Files.delete(folder);
  }
}
