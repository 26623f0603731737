package org.blindbook.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.blindbook.protocol.Sha256;

/**
 * Names a Java runtime by its code: SHA-256 over the SHA-256 of each of these files, as lines
 * {@code <hex> <name>\n} in this order, which is what {@code sha256sum} prints for them. A file
 * that a runtime does not have has no line.
 */
final class RuntimeDigest {
  private static final List<String> FILES =
      List.of(
          "release",
          "bin/java",
          "conf/security/java.security",
          "lib/jvm.cfg",
          "lib/modules",
          "lib/libjava.so",
          "lib/libjimage.so",
          "lib/libjli.so",
          "lib/libjsvml.so",
          "lib/libnet.so",
          "lib/libnio.so",
          "lib/libverify.so",
          "lib/libzip.so",
          "lib/server/libjvm.so",
          "lib/server/classes.jsa",
          "lib/server/classes_coh.jsa",
          "lib/server/classes_nocoops.jsa",
          "lib/server/classes_nocoops_coh.jsa");

  private RuntimeDigest() {}

  static byte[] of(Path javaHome) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : FILES) {
      Path file = javaHome.resolve(name);
      if (Files.isRegularFile(file)) {
        lines.append(HexFormat.of().formatHex(digest(file))).append("  ").append(name).append('\n');
      }
    }
    return Sha256.of(lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] digest(Path file) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        digest.update(buffer, 0, length);
      }
    }
    return digest.digest();
  }
}
