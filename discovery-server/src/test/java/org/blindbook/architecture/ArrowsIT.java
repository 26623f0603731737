package org.blindbook.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.blindbook.protocol.HmacSha256;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows of docs/architecture.md: who may use whom, and what the trusted part carries.
 */
class ArrowsIT {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));

  /**
   * A module, and the modules it may use.
   *
   * @param folder from the repository's root; its last part is the module's name here
   */
  private record Module(String folder, List<String> mayUse) {
    Module(String folder, String... mayUse) {
      this(folder, List.of(mayUse));
    }

    String name() {
      return folder.replaceFirst(".*/", "");
    }

    Path classes() {
      return HOME.resolve(folder).resolve("target/classes");
    }

    /** Names of its classes, in the form of a jar's entries. */
    Set<String> entries() throws IOException {
      try (Stream<Path> files = Files.walk(classes())) {
        return files
            .map(file -> classes().relativize(file).toString())
            .filter(name -> name.endsWith(".class"))
            .collect(Collectors.toSet());
      }
    }
  }

  private static final List<Module> MODULES =
      List.of(
          new Module("enclave-sim/attestation"),
          new Module("enclave-sim/protocol"),
          new Module("enclave-sim/protocol-lookup", "protocol"),
          new Module("enclave-sim/protocol-evaluation", "protocol"),
          new Module("enclave-sim/enclave/base", "protocol"),
          new Module("enclave-sim/enclave/lookup", "base", "protocol", "protocol-lookup"),
          new Module("enclave-sim/enclave/evaluator", "base", "protocol", "protocol-evaluation"),
          new Module("enclave-sim/platform", "attestation", "protocol", "edge"),
          new Module(
              "enclave-sim/auditor",
              "attestation",
              "protocol",
              "protocol-lookup",
              "protocol-evaluation",
              "platform",
              "edge"),
          new Module(
              "enclave-sim/bench",
              "base",
              "lookup",
              "evaluator",
              "protocol",
              "protocol-lookup",
              "protocol-evaluation",
              "edge"),
          new Module("discovery-client/edge", "protocol", "protocol-lookup", "protocol-evaluation"),
          new Module(
              "discovery-client/client",
              "attestation",
              "edge",
              "protocol",
              "protocol-lookup",
              "protocol-evaluation"),
          new Module("discovery-client/contacts", "edge"),
          new Module(
              "discovery-client/cli",
              "client",
              "contacts",
              "attestation",
              "edge",
              "protocol",
              "protocol-lookup",
              "protocol-evaluation"),
          new Module(
              "discovery-client/loadtest",
              "attestation",
              "edge",
              "protocol",
              "protocol-lookup",
              "protocol-evaluation"),
          new Module(
              "discovery-server", "edge", "protocol", "protocol-lookup", "protocol-evaluation"));

  private static final List<String> EMBEDDED =
      List.of(
          "attestation",
          "protocol",
          "protocol-lookup",
          "protocol-evaluation",
          "edge",
          "client",
          "cli");

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPaths(MODULES.stream().map(Module::classes).toList());

  /** An enclave image: its modules, and the libraries of others in it. */
  private record Image(String role, List<String> modules, List<String> libraries) {
    Path app() {
      return HOME.resolve("enclave-sim/enclave").resolve(role).resolve("target/app");
    }
  }

  private static final List<Image> IMAGES =
      List.of(
          new Image("lookup", List.of("base", "lookup", "protocol", "protocol-lookup"), List.of()),
          new Image(
              "evaluator",
              List.of("base", "evaluator", "protocol", "protocol-evaluation"),
              List.of("bcprov-jdk18on")));

  private static Module module(String name) {
    return MODULES.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  /** By where a class is built: modules share the beginnings of package names. */
  @Test
  void arrowsGoOneWay() throws IOException {
    Map<String, String> moduleOf = new HashMap<>();
    for (Module module : MODULES) {
      Set<String> entries = module.entries();
      assertThat(entries).as(module.folder).isNotEmpty();
      for (String entry : entries) {
        if (entry.startsWith("META-INF/")) {
          continue; // each module may have a module-info there
        }
        String type = entry.replaceFirst("\\.class$", "").replace('/', '.');
        assertThat(moduleOf.put(type, module.name())).as(type + " of another module").isNull();
      }
    }
    Set<String> forbidden = new TreeSet<>();
    for (Module module : MODULES) {
      CLASSES.stream()
          .filter(type -> module.name().equals(moduleOf.get(type.getName())))
          .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
          .forEach(
              dependency -> {
                String used =
                    moduleOf.get(dependency.getTargetClass().getBaseComponentType().getName());
                if (used != null && !used.equals(module.name()) && !module.mayUse.contains(used)) {
                  forbidden.add(module.name() + " uses " + used + ": " + dependency);
                }
              });
    }
    assertThat(forbidden).isEmpty();
  }

  @Test
  void thePlatformUsesOfTheEdgeItsPrivateFilesOnly() {
    noClasses()
        .that()
        .resideInAPackage("org.blindbook.platform..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.blindbook.edge..")
                .and(not(resideInAPackage("org.blindbook.edge.files"))))
        .check(CLASSES);
  }

  @Test
  void anImageHoldsTheClassesOfItsModulesAndNoOthers() throws IOException {
    for (Image image : IMAGES) {
      Set<String> expected = new TreeSet<>();
      for (String module : image.modules) {
        expected.addAll(module(module).entries());
      }
      Set<String> ours = new TreeSet<>();
      Set<String> libraries = new TreeSet<>();
      List<Path> files;
      try (Stream<Path> listed = Files.list(image.app())) {
        files = listed.toList();
      }
      for (Path file : files) {
        if (file.endsWith("enclave.sigstruct")) {
          continue;
        }
        try (JarFile jar = new JarFile(file.toFile())) {
          List<String> classes =
              jar.stream().map(JarEntry::getName).filter(n -> n.endsWith(".class")).toList();
          if (classes.stream().anyMatch(name -> name.startsWith("org/blindbook/"))) {
            ours.addAll(classes);
          } else {
            libraries.add(file.getFileName().toString().replaceAll("-[0-9].*", ""));
          }
        }
      }
      assertThat(ours).as(image.role).isEqualTo(expected);
      assertThat(libraries).as(image.role).containsExactlyElementsOf(image.libraries);
      assertThat(files).as(image.role).contains(image.app().resolve("enclave.sigstruct"));
    }
  }

  /**
   * One convention for encodings, digests and codes in host, loader and command lines. What an
   * auditor runs inside an enclave's loader, and steps through, is as the enclaves are: without it.
   */
  @Test
  void hostAndCommandLinesEncodeDigestAndAuthenticateWithCommonsCodec() {
    DescribedPredicate<JavaClass> otherWays =
        type(HexFormat.class)
            .or(belongTo(type(Base64.class)))
            .or(type(Mac.class))
            .or(type(Sha256.class))
            .or(type(HmacSha256.class));
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.blindbook.server..",
            "org.blindbook.cli..",
            "org.blindbook.loadtest..",
            "org.blindbook.auditor..",
            "org.blindbook.bench..")
        .and(
            not(
                resideInAnyPackage(
                    "org.blindbook.auditor.trace.scenario..",
                    "org.blindbook.auditor.trace.instrument..",
                    "org.blindbook.auditor.machinecode.stepped..")))
        .should()
        .dependOnClassesThat(otherWays)
        .orShould()
        .callMethod(MessageDigest.class, "getInstance", String.class)
        .check(CLASSES);
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
      if (!EMBEDDED.contains(module.name())) {
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
