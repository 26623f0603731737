package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.blindbook.attestation.Verifier;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an app takes on with this library. */
class ClassPathTest {
  private static final int JAVA_17 = 61;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.vertx.core.Vertx",
        "io.netty.buffer.ByteBuf",
        "org.slf4j.Logger",
        "org.apache.logging.log4j.Logger",
        "org.apache.commons.logging.Log"
      })
  void theClassCannotBeReached(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void noJarOfAFrameworkIsOnTheClassPath() {
    assertThat(System.getProperty("java.class.path").split(File.pathSeparator))
        .isNotEmpty()
        .noneMatch(entry -> entry.matches(".*(vertx|netty|slf4j|logback|log4j).*"));
  }

  @ParameterizedTest
  @ValueSource(classes = {DiscoveryClient.class, Verifier.class, Sha256.class})
  void everyClassOfTheModuleRunsOnJava17(Class<?> member) throws Exception {
    Path code = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    Optional<FileSystem> jar =
        Files.isDirectory(code) ? Optional.empty() : Optional.of(FileSystems.newFileSystem(code));
    try (Stream<Path> files = Files.walk(jar.map(j -> j.getPath("/")).orElse(code))) {
      List<Path> classes = files.filter(f -> f.toString().endsWith(".class")).toList();
      assertThat(classes)
          .hasSizeGreaterThan(3)
          .allSatisfy(file -> assertThat(majorVersion(file)).isEqualTo(JAVA_17));
    } finally {
      if (jar.isPresent()) {
        jar.get().close();
      }
    }
  }

  private static int majorVersion(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      DataInputStream data = new DataInputStream(in);
      assertThat(data.readInt()).isEqualTo(0xCAFEBABE);
      data.readUnsignedShort();
      return data.readUnsignedShort();
    }
  }
}
