package org.blindbook.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The programs that this platform runs as enclaves, and what each needs of its Java runtime. An
 * image says which it is: one of its jars names the program's main class in its manifest.
 */
public enum EnclaveProgram {
  LOOKUP(
      "org.blindbook.enclave.lookup.Main",
      2,
      // On which it depends what code C2 makes.
      Stream.concat(
              Stream.of(
                  "--add-modules=jdk.incubator.vector",
                  "-XX:+UseSerialGC",
                  "-XX:+UseTransparentHugePages",
                  "-XX:CompileCommand=quiet",
                  // The steps of the sieve are compiled one by one; inlined together they get slow.
                  "-XX:CompileCommand=dontinline,org.blindbook.enclave.table.Sieve::*"),
              vectorLoops("table.Sieve", "table.VectorBuckets", "oblivious.VectorLayers"))
          .toList()),
  EVALUATOR("org.blindbook.enclave.evaluator.Main", 1, List.of("-XX:+UseSerialGC"));

  private final String mainClass;
  private final int product;
  private final List<String> codeFlags;

  EnclaveProgram(String mainClass, int product, List<String> codeFlags) {
    this.mainClass = mainClass;
    this.product = product;
    this.codeFlags = codeFlags;
  }

  /** C2 compiles these after a tenth of the calls, and whoever calls them waits for it. */
  private static Stream<String> vectorLoops(String... classes) {
    return Stream.of(classes)
        .map(name -> "org.blindbook.enclave." + name + "::*")
        .flatMap(
            methods ->
                Stream.of(
                    "-XX:CompileCommand=CompileThresholdScaling," + methods + ",0.1",
                    "-XX:CompileCommand=BackgroundCompilation," + methods + ",false"));
  }

  /** The class that the image is started with; its name is in the command line of the process. */
  public String mainClass() {
    return mainClass;
  }

  /**
   * ISVPRODID. Programs of one signer differ in it, so neither can derive the other's sealing keys.
   */
  public int product() {
    return product;
  }

  /** Flags of the program's runtime besides those of every enclave. */
  public List<String> codeFlags() {
    return codeFlags;
  }

  /**
   * The program of an image.
   *
   * @throws PlatformException when the jars are no enclave's, or of more than one
   */
  static EnclaveProgram of(List<Path> jars) throws PlatformException {
    List<EnclaveProgram> programs =
        Arrays.stream(values())
            .filter(p -> jars.stream().anyMatch(jar -> p.mainClass.equals(mainClassOf(jar))))
            .toList();
    if (programs.size() != 1) {
      throw new PlatformException(
          "The enclave image "
              + jars.getFirst().getParent()
              + " is not one of a lookup or an evaluator enclave: name the folder of either.");
    }
    return programs.getFirst();
  }

  /** Empty when there is none. */
  private static String mainClassOf(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String name =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      return name == null ? "" : name;
    } catch (IOException e) {
      return "";
    }
  }
}
