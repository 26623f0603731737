package org.blindbook.auditor.trace.instrument;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads instrumented classes, and next to them the classes that drive them; everything else comes
 * from its parent. A fresh one has fresh static state.
 */
public final class TracedLoader extends ClassLoader {
  private final Instrumenter instrumenter;
  private final Function<String, byte @Nullable []> drivers;

  /**
   * @param drivers the bytes of each class to load here as it is; null for every other name
   * @param parent has the JDK, the libraries of the instrumented classes and {@link
   *     org.blindbook.auditor.trace.recording.Probe}
   */
  public TracedLoader(
      Instrumenter instrumenter, Function<String, byte @Nullable []> drivers, ClassLoader parent) {
    super(parent);
    this.instrumenter = instrumenter;
    this.drivers = drivers;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      byte[] bytes = instrumenter.instrumented(name);
      if (bytes == null) {
        bytes = drivers.apply(name);
      }
      return bytes == null
          ? super.loadClass(name, resolve)
          : defineClass(name, bytes, 0, bytes.length);
    }
  }
}
