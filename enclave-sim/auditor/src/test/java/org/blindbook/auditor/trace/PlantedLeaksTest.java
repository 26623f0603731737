package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.blindbook.auditor.trace.instrument.Instrumenter;
import org.blindbook.auditor.trace.instrument.Instrumenters;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.TracedLoader;
import org.blindbook.auditor.trace.planted.Leaks;
import org.blindbook.auditor.trace.planted.Safe;
import org.blindbook.auditor.trace.recording.Recorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlantedLeaksTest {
  private static final String PLANTED = "org.blindbook.auditor.trace.planted.";
  private static final String UNSEEN = PLANTED + "Unseen";
  private static final List<String> CLASSES =
      List.of("ControlFlow", "Memory", "Objects", "Calls", "Arithmetic", "Vectors", "SafeCode");
  private static final List<Long> SECRETS = List.of(9L, 12L, 13L, 8L);

  private final Instrumenter instrumenter =
      Instrumenters.withRules(
          name -> name.equals(UNSEEN) ? null : planted(name),
          "pure " + UNSEEN + ".choose(*)",
          "pure " + UNSEEN + ".boxed(*)",
          "pure " + UNSEEN + ".fail(*)");
  private final ClassLoader loader =
      new TracedLoader(
          instrumenter, PlantedLeaksTest::planted, PlantedLeaksTest.class.getClassLoader());

  private static byte[] planted(String name) {
    if (!name.startsWith(PLANTED)) {
      return null;
    }
    try (InputStream in =
        PlantedLeaksTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Method> methods(Predicate<Method> which) throws ClassNotFoundException {
    Stream<Method> methods = Stream.empty();
    for (String name : CLASSES) {
      methods =
          Stream.concat(methods, Stream.of(Class.forName(PLANTED + name).getDeclaredMethods()));
    }
    return methods.filter(which);
  }

  static Stream<Method> leaking() throws ClassNotFoundException {
    return methods(m -> m.isAnnotationPresent(Leaks.class));
  }

  static Stream<Method> safe() throws ClassNotFoundException {
    return methods(m -> m.isAnnotationPresent(Safe.class));
  }

  private Verdict check(Method method) throws Exception {
    Method traced =
        loader
            .loadClass(method.getDeclaringClass().getName())
            .getDeclaredMethod(method.getName(), long.class);
    traced.setAccessible(true);
    List<Input> inputs =
        SECRETS.stream()
            .map(secret -> new Input("secret " + secret, r -> call(traced, secret, r)))
            .toList();
    return new Comparison(instrumenter.sites(), new Family("planted", "", inputs)).compare();
  }

  private static void call(Method method, long secret, Recorder recorder)
      throws IllegalAccessException {
    recorder.resume();
    try {
      method.invoke(null, secret);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } finally {
      recorder.pause();
    }
  }

  @ParameterizedTest
  @MethodSource("leaking")
  void everyPlantedLeakIsFoundAtItsLine(Method method) throws Exception {
    Verdict verdict = check(method);
    String event = method.getAnnotation(Leaks.class).by();
    if (event.isEmpty()) {
      assertThat(verdict).isInstanceOf(Verdict.Unanalysed.class);
      assertThat(verdict.toString()).contains("line " + markedLine(method) + ":");
      return;
    }
    assertThat(verdict).isInstanceOf(Verdict.Differs.class);
    Site site = ((Verdict.Differs) verdict).at().first().site();
    assertThat(site.event()).isEqualTo(event);
    if (!event.equals(Site.ENTERED)) {
      assertThat(site.line()).isEqualTo(markedLine(method));
    }
  }

  @ParameterizedTest
  @MethodSource("safe")
  void safeCodePasses(Method method) throws Exception {
    assertThat(check(method)).isEqualTo(new Verdict.Equal());
  }

  @Test
  void codeThatIsNeverTheSameIsNoPass() throws Exception {
    assertThat(check(unsteady("countsItsCalls"))).isInstanceOf(Verdict.Nondeterministic.class);
  }

  @Test
  void aClassThatFailsToInitialiseItselfIsNoPass() throws Exception {
    assertThat(check(unsteady("meetsABrokenClass")).toString())
        .startsWith("Unanalysed")
        .contains("a class failed to initialise itself");
  }

  private static Method unsteady(String name) throws ReflectiveOperationException {
    return Class.forName(PLANTED + "Unsteady").getDeclaredMethod(name, long.class);
  }

  @Test
  void leaksOfManyKindsArePlanted() throws ClassNotFoundException {
    assertThat(leaking().count()).isGreaterThan(50);
    assertThat(safe().count()).isGreaterThan(8);
  }

  /** The line with the comment {@code // leak of NAME}, else the first {@code // leak} after it. */
  private static int markedLine(Method method) throws IOException {
    String file = method.getDeclaringClass().getName().replace('.', '/') + ".java";
    List<String> lines = Files.readAllLines(Path.of("src/test/java", file));
    int inMethod = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.endsWith("// leak of " + method.getName())) {
        return i + 1;
      }
      if (line.contains(" " + method.getName() + "(long secret)")) {
        inMethod = i + 1;
      }
    }
    for (int i = inMethod; i < lines.size(); i++) {
      if (lines.get(i).endsWith("// leak")) {
        return i + 1;
      }
    }
    throw new AssertionError("no line of " + method.getName() + " is marked");
  }
}
