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
import java.util.function.Supplier;
import org.blindbook.auditor.trace.instrument.Instrumenter;
import org.blindbook.auditor.trace.instrument.Instrumenters;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.auditor.trace.instrument.TracedLoader;
import org.blindbook.auditor.trace.planted.Leaks;
import org.blindbook.auditor.trace.recording.Recorder;
import org.jspecify.annotations.Nullable;

/** The classes of {@code planted}, freshly loaded under trace. */
final class PlantedCode {
  static final String PACKAGE = "org.blindbook.auditor.trace.planted.";
  private static final String UNSEEN = PACKAGE + "Unseen";
  private static final List<Long> SECRETS = List.of(9L, 12L, 13L, 8L);

  private final Instrumenter instrumenter =
      Instrumenters.withRules(
          name -> name.equals(UNSEEN) ? null : bytes(name),
          "pure " + UNSEEN + ".choose(*)",
          "pure " + UNSEEN + ".boxed(*)",
          "pure " + UNSEEN + ".text(*)",
          "pure " + UNSEEN + ".bytes(*)",
          "pure " + UNSEEN + ".buffer(*)",
          "pure " + UNSEEN + ".fail(*)",
          "pure " + UNSEEN + ".failIfOdd(*)",
          "trusted " + PACKAGE + "Believed.vartime(long data) : it is only planted",
          "trusted " + PACKAGE + "Believed.fail(long data) : it is only planted");

  /** The class as it was compiled, not traced. */
  static Class<?> named(String simpleName) throws ClassNotFoundException {
    return Class.forName(PACKAGE + simpleName);
  }

  /** The bytes of a planted class; null for every other name. */
  static byte @Nullable [] bytes(String name) {
    if (!name.startsWith(PACKAGE)) {
      return null;
    }
    try (InputStream in =
        PlantedCode.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares the traces of a method on a few secrets. */
  Verdict check(Method method) {
    Supplier<Family> load = () -> loaded(method);
    return new Comparison(instrumenter.sites()).compare(load, true, load);
  }

  /** The method, in classes that are loaded afresh. */
  private Family loaded(Method method) {
    try {
      Method traced =
          new TracedLoader(instrumenter, PlantedCode::bytes, PlantedCode.class.getClassLoader())
              .loadClass(method.getDeclaringClass().getName())
              .getDeclaredMethod(method.getName(), long.class);
      traced.setAccessible(true);
      List<Input> inputs =
          SECRETS.stream()
              .map(secret -> new Input("secret " + secret, r -> call(traced, secret, r)))
              .toList();
      return new Family("planted", "", inputs);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
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

  /** That the check finds the leak that a method is annotated with, by its event, at its line. */
  void assertFound(Method method) throws IOException {
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
