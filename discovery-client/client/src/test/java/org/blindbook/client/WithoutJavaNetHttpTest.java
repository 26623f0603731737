package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a runtime without {@code java.net.http}, an app brings its own transport. */
class WithoutJavaNetHttpTest {

  /** Loads the library and these tests anew, and has no {@code java.net.http}. */
  private static final class SmallRuntime extends ClassLoader {
    private final List<String> loaded = new ArrayList<>();

    SmallRuntime() {
      super(WithoutJavaNetHttpTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (name.startsWith("java.net.http.")) {
          throw new ClassNotFoundException(name);
        }
        if (!name.startsWith("org.blindbook.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known != null ? known : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        loaded.add(name);
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** Runs inside the small runtime. */
  public static final class App {
    private App() {}

    public static int discoverWithOwnTransport() {
      World world = new World();
      world.registerEvery(2, 10);
      return world.discover(World.contacts(0, 10)).matches().size();
    }

    public static void buildWithTheDefault() {
      new World().builder().transport(null).build();
    }
  }

  @Test
  void aClientWithItsOwnTransportWorks() throws Exception {
    SmallRuntime runtime = new SmallRuntime();
    Class<?> app = runtime.loadClass(App.class.getName());
    assertThat(app).isNotSameAs(App.class);
    assertThat(app.getMethod("discoverWithOwnTransport").invoke(null)).isEqualTo(5);
    assertThat(runtime.loaded)
        .contains(DiscoveryClient.class.getName())
        .noneMatch(name -> name.contains("JdkWebSocketTransport"));
  }

  @Test
  void theDefaultTransportCannotBeUsedThere() throws Exception {
    Class<?> app = new SmallRuntime().loadClass(App.class.getName());
    assertThatThrownBy(() -> app.getMethod("buildWithTheDefault").invoke(null))
        .isInstanceOf(InvocationTargetException.class)
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }
}
