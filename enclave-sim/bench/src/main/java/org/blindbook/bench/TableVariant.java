package org.blindbook.bench;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.table.TableRounds;
import org.blindbook.enclave.table.TableWorkload;

/**
 * One of the tables that are compared: with other loops, or of another build. Its classes are its
 * own, so that the compiler knows nothing of the others.
 *
 * @param name as it was asked for
 * @param kernel its loops
 * @param classes jars and folders of its enclave and of the benchmark
 */
record TableVariant(String name, String kernel, List<Path> classes) {
  private static final String BENCHMARK = TableRounds.class.getName();

  /**
   * @param name a kernel of the shipped enclave, or the folder of another enclave's jars
   * @param kernel the loops of another enclave
   * @throws IOException with a plain sentence, when there is no such kernel and no such folder
   */
  static TableVariant of(String name, String kernel) throws IOException {
    if (TableKernel.of(name).isPresent()) {
      String classPath = System.getProperty("java.class.path");
      return new TableVariant(
          name, name, Stream.of(classPath.split(File.pathSeparator)).map(Path::of).toList());
    }
    List<Path> jars = jarsIn(Path.of(name));
    if (jars.isEmpty()) {
      throw new IOException(
          "--compare takes kernels ("
              + String.join(", ", TableKernel.labels())
              + ") and folders with the jars of a lookup enclave; "
              + name
              + " is neither.");
    }
    // Nothing of this build but the benchmark: what is missing there must not come from here.
    URI benchmark =
        URI.create(
            TableRounds.class.getProtectionDomain().getCodeSource().getLocation().toString());
    return new TableVariant(
        name, kernel, Stream.concat(Stream.of(Path.of(benchmark)), jars.stream()).toList());
  }

  /**
   * A full table; each call of it is a batch, see {@link TableRounds#get}.
   *
   * @throws IllegalArgumentException with a plain sentence, when this machine cannot run it, or it
   *     cannot be measured by this benchmark
   */
  @SuppressWarnings("unchecked") // what TableRounds.open says
  Supplier<double[]> open(TableWorkload workload) {
    try {
      Class<?> rounds = Class.forName(BENCHMARK, true, loader());
      return (Supplier<double[]>)
          rounds
              .getMethod("open", String.class, int.class, long.class, int.class, boolean.class)
              .invoke(
                  null,
                  kernel,
                  workload.threads(),
                  workload.records(),
                  workload.queries(),
                  workload.cpuTime());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      if (e.getCause() instanceof OutOfMemoryError tooLarge) {
        throw tooLarge;
      }
      throw notMeasurable(e);
    } catch (ReflectiveOperationException | LinkageError | IOException e) {
      throw notMeasurable(e);
    }
  }

  private IllegalArgumentException notMeasurable(Throwable cause) {
    return new IllegalArgumentException(
        "The enclave in " + name + " is none that this benchmark can measure.", cause);
  }

  /** Never closed: its tables are measured until the process ends. */
  private URLClassLoader loader() throws IOException {
    URL[] urls = new URL[classes.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = classes.get(i).toUri().toURL();
    }
    return new URLClassLoader(name, urls, ClassLoader.getPlatformClassLoader());
  }

  private static List<Path> jarsIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
