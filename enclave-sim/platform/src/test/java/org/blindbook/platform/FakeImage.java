package org.blindbook.platform;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.blindbook.enclave.Main;
import org.blindbook.protocol.hardware.HardwarePipe;

/** Builds an enclave image out of the test's own classes. */
final class FakeImage {
  private FakeImage() {}

  /** An image of version 1, signed with the published key. */
  static void build(Path folder, String comment) throws IOException, PlatformException {
    build(folder, comment, ImageSigner.development(), 1);
  }

  static void build(Path folder, String comment, ImageSigner signer, int version)
      throws IOException, PlatformException {
    Files.createDirectories(folder);
    jar(folder.resolve("enclave.jar"), Main.class, comment);
    jar(folder.resolve("protocol.jar"), HardwarePipe.class, "");
    signer.sign(EnclaveImage.open(folder), version, LocalDate.parse("2026-11-22"));
  }

  /** A jar of the package of a class. */
  private static void jar(Path file, Class<?> member, String comment) throws IOException {
    String name = member.getPackageName().replace('.', '/');
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.setComment(comment);
      URL source = member.getProtectionDomain().getCodeSource().getLocation();
      Path root = Path.of(source.toURI());
      if (Files.isDirectory(root)) {
        copy(root.resolve(name), name, jar);
      } else {
        try (FileSystem opened = FileSystems.newFileSystem(root)) {
          copy(opened.getPath(name), name, jar);
        }
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static void copy(Path folder, String name, JarOutputStream jar) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        JarEntry entry = new JarEntry(name + "/" + file.getFileName());
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(Files.readAllBytes(file));
      }
    }
  }
}
