package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SliceRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.architecture.TrustedModules.TrustedModule;
import org.blindbook.architecture.planted.CallsAMethodByItsName;
import org.blindbook.architecture.planted.LoadsAClass;
import org.blindbook.architecture.planted.LoadsNativeCode;
import org.blindbook.architecture.planted.OpensAPlainSocket;
import org.blindbook.architecture.planted.OpensASocketChannel;
import org.blindbook.architecture.planted.ReadsAnObject;
import org.blindbook.architecture.planted.ReadsTheEnvironment;
import org.blindbook.architecture.planted.StartsAProcess;
import org.blindbook.architecture.planted.StartsAProcessByTheRuntime;
import org.blindbook.architecture.planted.WritesAFile;
import org.blindbook.architecture.planted.cycle.InTheRoot;
import org.blindbook.architecture.planted.cycle.part.InAPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What runs inside an enclave uses nothing that is not listed, and its parts form no circle. */
class TrustedCodeIT {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));
  private static final List<TrustedModule> MODULES = TrustedModules.ALL;

  /** What an enclave must not do, and the name that gives it away. */
  private static final Map<Class<?>, String> PLANTED =
      Map.of(
          OpensAPlainSocket.class, "java.net.Socket#<init>",
          OpensASocketChannel.class, "java.nio.channels.SocketChannel#open",
          StartsAProcess.class, "java.lang.ProcessBuilder#start",
          StartsAProcessByTheRuntime.class, "java.lang.Runtime#exec",
          ReadsAnObject.class, "java.io.ObjectInputStream#readObject",
          CallsAMethodByItsName.class, "java.lang.reflect.Method#invoke",
          LoadsAClass.class, "java.lang.Class#forName",
          LoadsNativeCode.class, "java.lang.System#load",
          ReadsTheEnvironment.class, "java.lang.System#getenv",
          WritesAFile.class, "java.nio.file.Files#write");

  private static final Map<String, JavaClasses> CLASSES =
      MODULES.stream()
          .collect(
              Collectors.toMap(
                  TrustedModule::folder,
                  module -> new ClassFileImporter().importPath(module.classes(HOME))));

  private static JavaClasses classes(TrustedModule module) {
    assertThat(CLASSES.get(module.folder())).as(module.folder()).isNotEmpty();
    return CLASSES.get(module.folder());
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("MODULES")
  void nothingIsUsedThatIsNotListed(TrustedModule module) {
    Set<String> violations = new TreeSet<>();
    for (JavaClass type : classes(module)) {
      violations.addAll(module.of(type.getName()).violations(type));
    }
    assertThat(violations).as("what %s may not use", module.folder()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("MODULES")
  void whatIsPlantedIsCaught(TrustedModule module) {
    // All that any class of the module may use: no class may do more.
    Set<String> most = new LinkedHashSet<>(module.allowed());
    module.alsoAllowed().forEach((name, also) -> most.addAll(also));
    JavaClasses types = new ClassFileImporter().importClasses(PLANTED.keySet());
    PLANTED.forEach(
        (planted, name) -> {
          assertThat(new AllowList(most).violations(types.get(planted)))
              .as(planted.getSimpleName())
              .anyMatch(violation -> violation.startsWith(name + ": "));
        });
  }

  @Test
  void socketsAreOfOneClass() {
    List<String> withSockets =
        MODULES.stream()
            .flatMap(module -> module.alsoAllowed().entrySet().stream())
            .filter(grant -> grant.getValue().toString().contains("java.nio.channels"))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(withSockets).containsExactly("calls.CallServer");
    assertThat(MODULES).noneMatch(module -> module.allowed().toString().contains("channels"));
  }

  /** A list that names more than is needed is no list of what is needed. */
  @Test
  void nothingIsListedThatNobodyUses() {
    Set<String> everywhere =
        MODULES.stream().flatMap(module -> module.allowed().stream()).collect(Collectors.toSet());
    Set<String> unused = new TreeSet<>();
    for (String entry : everywhere) {
      List<JavaClass> users = new ArrayList<>();
      MODULES.stream()
          .filter(module -> module.allowed().contains(entry))
          .forEach(module -> users.addAll(classes(module)));
      unused.addAll(new AllowList(List.of(entry)).unused(users));
    }
    for (TrustedModule module : MODULES) {
      JavaClasses all = classes(module);
      module
          .alsoAllowed()
          .forEach(
              (name, also) ->
                  new AllowList(also)
                      .unused(
                          all.stream().filter(c -> TrustedModule.means(name, c.getName())).toList())
                      .forEach(entry -> unused.add(name + ": " + entry)));
    }
    assertThat(unused).isEmpty();
  }

  @Test
  void betweenPackagesDataFlowsOneWay() {
    JavaClasses trusted =
        new ClassFileImporter()
            .importPaths(MODULES.stream().map(module -> module.classes(HOME)).toList());
    noCircle().check(trusted);
  }

  @Test
  void aPartThatUsesThePackageAboveItIsCaught() {
    JavaClasses circle = new ClassFileImporter().importClasses(InTheRoot.class, InAPart.class);
    assertThat(noCircle().evaluate(circle).hasViolation()).isTrue();
  }

  /** Of packages, the root of a module being one as well. */
  private static SliceRule noCircle() {
    SliceAssignment packages =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
          }

          @Override
          public String getDescription() {
            return "packages";
          }
        };
    return SlicesRuleDefinition.slices().assignedFrom(packages).should().beFreeOfCycles();
  }
}
