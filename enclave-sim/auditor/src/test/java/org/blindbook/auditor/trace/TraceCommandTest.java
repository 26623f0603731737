package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TraceCommandTest {
  /** Whether a charge is a repeat is found out by a branch. */
  private static final Mutation EARLY_REPEAT =
      Mutation.afterCall(
          "org.blindbook.enclave.permits.Permits",
          "repeatMask",
          "isZero",
          code -> code.dup2().lconst_0().lcmp().ifThen(then -> then.lconst_0().lreturn()));

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @TempDir Path folder;

  private int run(String... arguments) {
    return new CommandLine(new TraceCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(arguments);
  }

  @Test
  void aFolderWithoutAnEnclaveIsAWrongOption() {
    assertThat(run("--image", folder.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("holds no jar");
    assertThat(run("--image", folder.resolve("absent").toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("cannot be read");
  }

  @Test
  void anUnknownOptionFamilyOrKernelIsNamed() {
    String image = ShippedEnclave.folder(EnclaveProgram.LOOKUP).toString();
    assertThat(run("--fast")).isEqualTo(1);
    assertThat(run("--image", image, "--family", "misses")).isEqualTo(1);
    assertThat(errors.toString()).contains("no family misses").contains("hits, duplicates");
    assertThat(run("--image", image, "--kernel", "vector1024")).isEqualTo(1);
    assertThat(errors.toString()).contains("no kernel vector1024");
  }

  @Test
  void aFamilyRunsOnTheImageThatItIsFor() {
    ShippedEnclave.folder(EnclaveProgram.LOOKUP);
    String evaluator = ShippedEnclave.folder(EnclaveProgram.EVALUATOR).toString();
    assertThat(run("--image", evaluator, "--family", "devices")).isEqualTo(1);
    assertThat(errors.toString()).contains("no family devices").doesNotContain("hits");
    assertThat(run("--quick", "--json", "--family", "devices", "--family", "scalars")).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            lookup -> assertThat(lookup).startsWith("{\"image\":\"lookup\",\"outcome\":\"equal\""),
            other ->
                assertThat(other).startsWith("{\"image\":\"evaluator\",\"outcome\":\"equal\""));
  }

  @Test
  void machineCodeIsSteppedThroughAndNotTheBytecode() {
    // Once --machine-code was declared and ignored: the bytecode was traced and found equal.
    String image = ShippedEnclave.folder(EnclaveProgram.LOOKUP).toString();
    assertThat(run("--image", image, "--machine-code", "--kernel", "vector1024")).isEqualTo(1);
    assertThat(errors.toString()).doesNotContain("no kernel vector1024");
    assertThat(out.toString()).contains("vector1024");
    assertThat(run("--image", image, "--machine-code", "--quick")).isEqualTo(1);
    assertThat(errors.toString()).contains("--machine-code has no --quick");
  }

  @Test
  void equalTracesAreSuccess() {
    String image = ShippedEnclave.folder(EnclaveProgram.LOOKUP).toString();
    assertThat(run("--image", image, "--quick", "--json", "--family", "devices")).isZero();
    assertThat(out.toString())
        .contains("\"outcome\":\"equal\"")
        .contains("\"family\":\"devices\"")
        .contains("javax.crypto.Mac.doFinal")
        .contains("\"judged\":false");
  }

  @Test
  void aLeakInAShippedJarIsNamedByClassMethodAndLine() throws IOException {
    copyChanged(EnclaveProgram.LOOKUP, EARLY_REPEAT);
    assertThat(run("--image", folder.toString(), "--quick", "--family", "charges")).isEqualTo(2);
    assertThat(out.toString())
        .containsPattern(
            "'new contacts': org.blindbook.enclave.permits.Permits.repeatMask, line \\d+: ")
        .contains("'a repeat of the last charge': ")
        .contains("Differs:");
  }

  @Test
  void aLeakInTheEvaluatorsJarsIsNamedToo() throws IOException {
    copyChanged(EnclaveProgram.EVALUATOR, EARLY_REPEAT);
    assertThat(run("--image", folder.toString(), "--quick", "--family", "evaluation-requests"))
        .isEqualTo(2);
    assertThat(out.toString())
        .contains("Obliviousness check of the evaluator enclave")
        .containsPattern("org.blindbook.enclave.permits.Permits.repeatMask, line \\d+: ");
  }

  /** Copies an image; one class of one jar is another. */
  private void copyChanged(EnclaveProgram program, Mutation change) throws IOException {
    try (Stream<Path> files = Files.list(ShippedEnclave.folder(program))) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        try (JarFile in = new JarFile(jar.toFile());
            OutputStream file = Files.newOutputStream(folder.resolve(jar.getFileName()));
            JarOutputStream copy = new JarOutputStream(file)) {
          for (JarEntry entry : in.stream().toList()) {
            byte[] bytes = in.getInputStream(entry).readAllBytes();
            copy.putNextEntry(new JarEntry(entry.getName()));
            String type = change.type().replace('.', '/') + ".class";
            copy.write(entry.getName().equals(type) ? change.apply(bytes) : bytes);
          }
        }
      }
    }
  }
}
