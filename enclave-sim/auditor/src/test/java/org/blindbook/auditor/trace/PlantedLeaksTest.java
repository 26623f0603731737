package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.planted.Leaks;
import org.blindbook.auditor.trace.planted.Safe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlantedLeaksTest {
  private static final List<String> CLASSES =
      List.of(
          "ControlFlow",
          "Detours",
          "Memory",
          "Objects",
          "Remembered",
          "Calls",
          "Library",
          "Waiting",
          "Arithmetic",
          "Vectors",
          "SafeCode",
          "SafeMasks",
          "SafeCiphers",
          "SafeArithmetic",
          "SafeVectors");

  private static Stream<Method> methods(Predicate<Method> which) throws ClassNotFoundException {
    Stream<Method> methods = Stream.empty();
    for (String name : CLASSES) {
      methods = Stream.concat(methods, Stream.of(PlantedCode.named(name).getDeclaredMethods()));
    }
    return methods.filter(which);
  }

  static Stream<Method> leaking() throws ClassNotFoundException {
    return methods(m -> m.isAnnotationPresent(Leaks.class));
  }

  static Stream<Method> safe() throws ClassNotFoundException {
    return methods(m -> m.isAnnotationPresent(Safe.class));
  }

  @ParameterizedTest
  @MethodSource("leaking")
  void everyPlantedLeakIsFoundAtItsLine(Method method) throws Exception {
    new PlantedCode().assertFound(method);
  }

  @ParameterizedTest
  @MethodSource("safe")
  void safeCodePasses(Method method) throws Exception {
    assertThat(new PlantedCode().check(method)).isEqualTo(new Verdict.Equal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"remembersTheLast", "memoises", "keepsBoxes"})
  void whatOneSecretLeavesForTheNextIsNoPass(String name) throws Exception {
    assertThat(new PlantedCode().check(unsteady(name)))
        .isInstanceOfAny(Verdict.Nondeterministic.class, Verdict.Differs.class);
  }

  @Test
  void codeThatIsNeverTheSameIsNoPass() throws Exception {
    assertThat(new PlantedCode().check(unsteady("countsItsCalls")))
        .isInstanceOf(Verdict.Nondeterministic.class);
  }

  @Test
  void aClassThatFailsToInitialiseItselfIsNoPass() throws Exception {
    assertThat(new PlantedCode().check(unsteady("meetsABrokenClass")).toString())
        .startsWith("Unanalysed")
        .contains("a class failed to initialise itself");
  }

  @Test
  void aBelievedCallThatFailsIsNoPass() throws Exception {
    assertThat(new PlantedCode().check(unsteady("meetsAFailure")).toString())
        .startsWith("Unanalysed")
        .contains("a trusted call failed");
  }

  private static Method unsteady(String name) throws ReflectiveOperationException {
    return PlantedCode.named("Unsteady").getDeclaredMethod(name, long.class);
  }

  @Test
  void leaksOfManyKindsArePlanted() throws ClassNotFoundException {
    assertThat(leaking().count()).isGreaterThan(110);
    assertThat(safe().count()).isGreaterThan(35);
  }
}
