package org.blindbook.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows of docs/architecture.md: who may use whom, and what the trusted part carries.
 */
class ArrowsIT {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));

  /** Each module's folder, its package, and the modules it may use. */
  private record Module(String folder, String name, List<String> mayUse) {
    Path classes() {
      return HOME.resolve(folder).resolve("target/classes");
    }

    String packages() {
      return "org.blindbook." + name + "..";
    }
  }

  private static final List<Module> MODULES =
      List.of(
          new Module("enclave-sim/attestation", "attestation", List.of()),
          new Module("enclave-sim/protocol", "protocol", List.of()),
          new Module("enclave-sim/enclave", "enclave", List.of("protocol")),
          new Module("enclave-sim/platform", "platform", List.of("attestation", "protocol")),
          new Module(
              "enclave-sim/auditor", "auditor", List.of("attestation", "protocol", "platform")),
          new Module("enclave-sim/bench", "bench", List.of("enclave", "protocol")),
          new Module("discovery-client/client", "client", List.of("attestation", "protocol")),
          new Module("discovery-client/cli", "cli", List.of("client", "attestation", "protocol")),
          new Module("discovery-server", "server", List.of("protocol")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPaths(MODULES.stream().map(Module::classes).toList());

  @Test
  void arrowsGoOneWay() {
    for (Module module : MODULES) {
      assertThat(module.classes()).isDirectoryContaining(path -> true);
      String[] forbidden =
          MODULES.stream()
              .filter(other -> other != module && !module.mayUse.contains(other.name))
              .map(Module::packages)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(module.packages())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden)
          .check(CLASSES);
    }
  }

  @Test
  void theEnclaveImageHoldsThreeJarsAndTheirSignature() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("enclave-sim/enclave/target/app"))) {
      assertThat(files.map(file -> file.getFileName().toString().replaceAll("-[0-9].*", "")))
          .containsExactlyInAnyOrder("enclave", "protocol", "bcprov-jdk18on", "enclave.sigstruct");
    }
  }

  @Test
  void noPackageHasANameThatSaysNothing() {
    List<String> meaningless = List.of("util", "utils", "common", "helper", "manager", "impl");
    assertThat(CLASSES.stream().map(c -> c.getPackageName()).distinct())
        .noneMatch(name -> Arrays.stream(name.split("\\.")).anyMatch(meaningless::contains));
  }

  @Test
  void whatAppsEmbedIsJava17() throws IOException {
    Map<Path, Integer> others = new TreeMap<>();
    for (Module module : MODULES) {
      if (!List.of("attestation", "protocol", "client", "cli").contains(module.name)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(module.classes())) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.readInt();
            in.readUnsignedShort();
            int major = in.readUnsignedShort();
            if (major != 61) {
              others.put(file, major);
            }
          }
        }
      }
    }
    assertThat(others).isEmpty();
  }
}
