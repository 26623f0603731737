package org.blindbook.auditor.trace;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.blindbook.auditor.trace.scenario.HostilePairs;

/**
 * Both enclaves' classes of this build, with the scenarios beside them, in a class loader of their
 * own: they stand on no class path. Not instrumented.
 */
final class UntracedEnclaves extends URLClassLoader {
  private static final String ENCLAVE = "org.blindbook.enclave.";

  private final UnaryOperator<byte[]> change;

  /**
   * @param change applied to each class of an enclave: a test plants its errors here
   */
  UntracedEnclaves(UnaryOperator<byte[]> change) throws IOException {
    super(urls(), getPlatformClassLoader());
    this.change = change;
  }

  private static URL[] urls() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    Path home = Path.of(System.getProperty("blindbook.home", ""));
    for (String module : List.of("base", "lookup", "evaluator")) {
      Path classes = home.resolve("enclave-sim/enclave/" + module + "/target/classes");
      if (!Files.isDirectory(classes)) {
        throw new IllegalStateException("build the module enclave-" + module + " first");
      }
      urls.add(classes.toUri().toURL());
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** By the number of a pair, where the host's views of its sides differ. */
  @SuppressWarnings("unchecked") // HostilePairs is ours
  LongFunction<List<String>> pairs() throws ReflectiveOperationException {
    return (LongFunction<List<String>>)
        loadClass(HostilePairs.class.getName()).getDeclaredConstructor().newInstance();
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!name.startsWith(ENCLAVE)) {
      return super.findClass(name);
    }
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = change.apply(in.readAllBytes());
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
