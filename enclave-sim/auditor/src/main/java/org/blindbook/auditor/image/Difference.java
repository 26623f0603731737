package org.blindbook.auditor.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.blindbook.platform.EnclaveImage;

/**
 * The first thing in which two images differ.
 *
 * @param entry what it is: the command line, a jar, or {@code JAR!/ENTRY} for a file inside a jar
 * @param detail what is different about it
 */
record Difference(String entry, String detail) {

  /** Empty when the images measure the same. */
  static Optional<Difference> first(EnclaveImage shipped, EnclaveImage rebuilt) throws IOException {
    Map<String, Path> ours = byName(shipped);
    Map<String, Path> theirs = byName(rebuilt);
    TreeSet<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    for (String name : names) {
      Path our = ours.get(name);
      Path their = theirs.get(name);
      if (our == null || their == null) {
        return Optional.of(new Difference(name, onlyIn(our != null)));
      }
      if (Files.mismatch(our, their) >= 0) {
        return Optional.of(inJar(name, our, their));
      }
    }
    return Arrays.equals(shipped.manifest(), rebuilt.manifest())
        ? Optional.empty()
        : Optional.of(new Difference("manifest", "the command line differs"));
  }

  private static Map<String, Path> byName(EnclaveImage image) {
    Map<String, Path> jars = new TreeMap<>();
    image.jars().forEach(jar -> jars.put(String.valueOf(jar.getFileName()), jar));
    return jars;
  }

  private static String onlyIn(boolean shipped) {
    return shipped ? "only the shipped image has it" : "only the rebuilt image has it";
  }

  private static Difference inJar(String name, Path shipped, Path rebuilt) throws IOException {
    try (ZipFile ours = new ZipFile(shipped.toFile());
        ZipFile theirs = new ZipFile(rebuilt.toFile())) {
      Map<String, ZipEntry> others = entries(theirs);
      for (ZipEntry entry : entries(ours).values()) {
        ZipEntry other = others.remove(entry.getName());
        String inside = name + "!/" + entry.getName();
        if (other == null) {
          return new Difference(inside, onlyIn(true));
        }
        Optional<byte[]> content = content(ours, entry);
        if (content.isEmpty()) {
          return new Difference(inside, "it is damaged in the shipped image");
        }
        if (!Arrays.equals(content.get(), content(theirs, other).orElse(null))) {
          return new Difference(inside, "its content differs");
        }
        if (entry.getTime() != other.getTime()) {
          return new Difference(inside, "its date differs");
        }
      }
      Iterator<String> left = others.keySet().iterator();
      if (left.hasNext()) {
        return new Difference(name + "!/" + left.next(), onlyIn(false));
      }
    } catch (IOException e) {
      // Not readable as a jar: the position of the first byte says where.
    }
    return new Difference(
        name,
        "the files in it are the same, or it is no jar; the first differing byte is number "
            + Files.mismatch(shipped, rebuilt));
  }

  private static Map<String, ZipEntry> entries(ZipFile jar) {
    Map<String, ZipEntry> entries = new LinkedHashMap<>();
    jar.stream().forEach(entry -> entries.put(entry.getName(), entry));
    return entries;
  }

  /** Empty when it cannot be unpacked, or not to what its checksum says. */
  private static Optional<byte[]> content(ZipFile jar, ZipEntry entry) {
    try (var in = jar.getInputStream(entry)) {
      byte[] content = in.readAllBytes();
      var checksum = new java.util.zip.CRC32();
      checksum.update(content);
      return checksum.getValue() == entry.getCrc() ? Optional.of(content) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
