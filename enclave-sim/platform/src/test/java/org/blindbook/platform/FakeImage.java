package org.blindbook.platform;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.blindbook.enclave.lookup.Main;
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
    Path program = folder.resolve("enclave.jar");
    try (JarOutputStream jar = open(program, EnclaveProgram.LOOKUP)) {
      jar.setComment(comment);
      add(Main.class, jar);
    }
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("protocol.jar")))) {
      add(HardwarePipe.class, jar);
    }
    signer.sign(EnclaveImage.open(folder), version, LocalDate.parse("2026-11-22"));
  }

  /** A jar that names a program and holds nothing of it. */
  static void program(Path file, EnclaveProgram program) throws IOException {
    open(file, program).close();
  }

  private static JarOutputStream open(Path file, EnclaveProgram program) throws IOException {
    JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
    JarEntry manifest = new JarEntry("META-INF/MANIFEST.MF");
    manifest.setTime(0);
    jar.putNextEntry(manifest);
    String text = "Manifest-Version: 1.0\nMain-Class: " + program.mainClass() + "\n";
    jar.write(text.getBytes(StandardCharsets.UTF_8));
    return jar;
  }

  /** Adds the package of a class. */
  private static void add(Class<?> member, JarOutputStream jar) throws IOException {
    String name = member.getPackageName().replace('.', '/');
    try {
      Path root = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
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
