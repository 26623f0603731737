package org.blindbook.auditor.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.blindbook.auditor.trace.ShippedEnclave;
import org.blindbook.platform.EnclaveImage;
import org.blindbook.platform.EnclaveProgram;
import org.blindbook.platform.ImageSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an auditor is told when the rebuilt enclave is not the shipped one. */
class DifferenceTest {
  /** What makes jars an enclave. */
  private static final String LOOKUP =
      "Manifest-Version: 1.0\nMain-Class: org.blindbook.enclave.lookup.Main\n";

  @TempDir Path folder;
  private Path shipped;
  private Path rebuilt;

  @BeforeEach
  void build() throws IOException {
    shipped = Files.createDirectory(folder.resolve("shipped"));
    rebuilt = Files.createDirectory(folder.resolve("rebuilt"));
    for (Path image : new Path[] {shipped, rebuilt}) {
      jar(image.resolve("a.jar"), "p/A.class", "first", "p/B.class", "second");
      jar(image.resolve("b.jar"), "q/C.class", "third");
      jar(image.resolve("main.jar"), "META-INF/MANIFEST.MF", LOOKUP);
    }
  }

  private static void jar(Path file, String... namesAndContents) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        JarEntry entry = new JarEntry(namesAndContents[i]);
        entry.setTime(1_000_000_000_000L);
        jar.putNextEntry(entry);
        jar.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private Optional<String> first() throws Exception {
    return Difference.first(EnclaveImage.open(shipped), EnclaveImage.open(rebuilt))
        .map(difference -> difference.entry() + ": " + difference.detail());
  }

  @Test
  void equalImagesDoNotDiffer() throws Exception {
    assertThat(first()).isEmpty();
  }

  @Test
  void theFirstEntryThatDiffersIsNamed() throws Exception {
    jar(shipped.resolve("b.jar"), "q/C.class", "THIRD");
    assertThat(first()).contains("b.jar!/q/C.class: its content differs");
    jar(shipped.resolve("a.jar"), "p/A.class", "first", "p/X.class", "more", "p/B.class", "second");
    assertThat(first()).contains("a.jar!/p/X.class: only the shipped image has it");
    jar(shipped.resolve("a.jar"), "p/A.class", "first");
    assertThat(first()).contains("a.jar!/p/B.class: only the rebuilt image has it");
    Files.delete(shipped.resolve("a.jar"));
    assertThat(first()).contains("a.jar: only the rebuilt image has it");
  }

  @Test
  void oneFlippedBitInAJarNamesTheClassFile() throws Exception {
    Path jar = shipped.resolve("a.jar");
    byte[] bytes = Files.readAllBytes(jar);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("p/B.class") + "p/B.class".length() + 3] ^= 4;
    Files.write(jar, bytes);
    assertThat(first().orElseThrow()).startsWith("a.jar!/p/B.class: ");
  }

  @Test
  void jarsWithEqualFilesInThemAreNamedToo() throws Exception {
    jar(shipped.resolve("a.jar"), "p/B.class", "second", "p/A.class", "first");
    assertThat(first().orElseThrow()).startsWith("a.jar: the files in it are the same");
  }

  private int measure(StringWriter out, String... arguments) {
    return new CommandLine(new MeasureCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(out, true))
        .execute(arguments);
  }

  @Test
  void measureSaysWhetherThePlatformWouldLaunchTheImage() throws Exception {
    StringWriter out = new StringWriter();
    assertThat(measure(out, "--image", shipped.toString())).isEqualTo(7);
    assertThat(out.toString()).contains("NOT SIGNED");
    ImageSigner.development().sign(EnclaveImage.open(shipped), 3, LocalDate.parse("2026-11-22"));
    out = new StringWriter();
    assertThat(measure(out, "--image", shipped.toString(), "--json")).isZero();
    assertThat(out.toString())
        .startsWith("{\"image\":\"lookup\",\"measurement\":")
        .contains("{\"name\":\"a.jar\",\"bytes\":", "-XX:+DisableAttachMechanism")
        .contains("\"valid\":true,\"matches\":true", "\"isvsvn\":3")
        .contains("\"developmentKey\":true");
    jar(shipped.resolve("b.jar"), "q/C.class", "THIRD");
    assertThat(measure(new StringWriter(), "--image", shipped.toString())).isEqualTo(7);
    Path signature = shipped.resolve(EnclaveImage.SIGSTRUCT);
    byte[] bytes = Files.readAllBytes(signature);
    bytes[600] ^= 1;
    Files.write(signature, bytes);
    out = new StringWriter();
    assertThat(measure(out, "--image", shipped.toString())).isEqualTo(3);
    assertThat(out.toString()).contains("WRONG SIGNATURE");
    assertThat(measure(new StringWriter(), "--image", folder.resolve("absent").toString()))
        .isEqualTo(1);
  }

  @Test
  void measureTakesBothEnclavesOfThisBuildByDefault() {
    ShippedEnclave.folder(EnclaveProgram.LOOKUP);
    ShippedEnclave.folder(EnclaveProgram.EVALUATOR);
    StringWriter out = new StringWriter();
    assertThat(measure(out, "--json")).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            lookup -> assertThat(lookup).startsWith("{\"image\":\"lookup\",\"measurement\":\""),
            other -> assertThat(other).startsWith("{\"image\":\"evaluator\",\"measurement\":\""));
    StringWriter one = new StringWriter();
    assertThat(measure(one, "--json", "--image", "evaluator")).isZero();
    assertThat(out.toString()).endsWith(one.toString()).isNotEqualTo(one.toString());
  }

  @Test
  void rebuildWantsSourceToBuild() {
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new RebuildCommand())
            .setErr(new PrintWriter(err, true))
            .execute("--image", shipped.toString(), "--source", rebuilt.toString());
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("There is no source in");
  }

  @Test
  void theSourceIsCopiedWithoutWhatABuildHasLeftAndWithoutData() throws Exception {
    Path tree = folder.resolve("tree");
    for (String file :
        new String[] {
          "pom.xml", "enclave-sim/pom.xml", "enclave-sim/target/app/x.jar", "data/registrations.db"
        }) {
      Files.createDirectories(tree.resolve(file).getParent());
      Files.writeString(tree.resolve(file), "x");
    }
    Path copy = folder.resolve("copy");
    assertThat(new SourceTree(tree).copyTo(copy)).isEqualTo(2);
    assertThat(copy.resolve("enclave-sim/pom.xml")).exists();
    assertThat(copy.resolve("enclave-sim/target")).doesNotExist();
    assertThat(copy.resolve("data")).doesNotExist();
  }
}
