package org.blindbook.auditor.trace;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.platform.EnclaveImage;
import org.blindbook.platform.EnclaveProgram;
import org.blindbook.platform.PlatformException;

/**
 * The jars that make up an enclave, as they are shipped.
 *
 * @param program which enclave they are
 * @param folder that they lie in
 * @param digests SHA-256 of each jar, in hexadecimal, by file name
 * @param classes those that are traced, by name: the enclave's own, the protocol's, and the
 *     library's field of 2^255 - 19
 * @param jars of all, for the libraries
 */
record ShippedImage(
    EnclaveProgram program,
    Path folder,
    Map<String, String> digests,
    Map<String, byte[]> classes,
    List<URL> jars) {
  /** Bouncy Castle's field is what the evaluator's group is built of: no rule speaks for it. */
  private static final List<String> TRACED =
      List.of(
          "org/blindbook/enclave/",
          "org/blindbook/protocol/",
          "org/bouncycastle/math/ec/rfc7748/X25519Field.");

  static ShippedImage read(Path folder) throws CheckException {
    EnclaveProgram program;
    try {
      program = EnclaveImage.open(folder).program();
    } catch (PlatformException e) {
      throw new CheckException(String.valueOf(e.getMessage()));
    }
    Map<String, String> digests = new TreeMap<>();
    Map<String, byte[]> classes = new HashMap<>();
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        digests.put(
            jar.getFileName().toString(),
            Hex.encodeHexString(DigestUtils.sha256(Files.readAllBytes(jar))));
        urls.add(url(jar));
        readClasses(jar, classes);
      }
    } catch (IOException e) {
      throw new CheckException(
          "The enclave's jars cannot be read in "
              + folder
              + ": build it, or name its folder with --image.");
    }
    return new ShippedImage(program, folder, digests, classes, urls);
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  private static void readClasses(Path jar, Map<String, byte[]> classes) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        String name = entry.getName();
        if (name.endsWith(".class") && TRACED.stream().anyMatch(name::startsWith)) {
          String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          classes.put(type, file.getInputStream(entry).readAllBytes());
        }
      }
    }
  }
}
