package org.blindbook.server.enclavehost;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A platform process for tests: same command line, same lines on standard output, same end, with a
 * {@link ScriptedEnclave} inside. What it does is in the file {@code behaviour} of its image.
 */
public final class ScriptedPlatform {
  private ScriptedPlatform() {}

  /** Called by the {@code org.blindbook.platform.Main} that {@link #install} makes. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    String settings = Files.readString(Path.of(options.get("--settings")));
    Files.writeString(Path.of(options.get("--policy")), policy(settings));
    Path behaviour = Path.of(options.get("--image"), "behaviour");
    switch (Files.readString(behaviour)) {
      case "is killed, then its enclave, then serve" -> {
        Files.writeString(behaviour, "its enclave is killed, then serve");
        new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid())).start();
        Thread.sleep(Duration.ofMinutes(1));
      }
      case "its enclave is killed, then serve" -> {
        Files.writeString(behaviour, "serve");
        announce();
        System.exit(128 + 9);
      }
      case "refuse" -> {
        System.err.println("This image has no signature.");
        System.exit(2);
      }
      case "die" -> {
        announce();
        System.err.println("enclave: cannot use its settings.");
        System.err.println("The enclave ended.");
        System.exit(1);
      }
      default -> {
        announce();
        Thread.sleep(50);
        new EnclaveSocket(
            Path.of(options.get("--socket")),
            settings.contains("mode=") ? new ScriptedLookup() : new ScriptedEvaluator(1));
        System.err.println("environment: " + System.getenv().keySet());
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
      }
    }
  }

  /** With the settings as the reason for trusting the enclave. */
  private static String policy(String settings) {
    return """
    version: 1
    trustRoots:
      - name: simulated
    measurements:
      - measurement: %s
        reason: |
    %s
    runtimes:
      - digest: %s
    """
        .formatted(
            ScriptedLauncher.MEASUREMENT,
            settings.indent(6).stripTrailing(),
            ScriptedLauncher.MEASUREMENT);
  }

  private static void announce() {
    long pid = ProcessHandle.current().pid();
    System.out.printf(
        "{\"measurement\":\"%s\",\"pid\":%d,\"enclavePid\":%d}%n",
        ScriptedLauncher.MEASUREMENT, pid, pid);
    System.out.println("{\"provisioned\":true}");
  }

  /**
   * Fills application folders, {@code platform} and {@code enclave} for both roles, with jars that
   * run this class under the platform's name, and returns the configuration that points to them.
   */
  public static String install(Path folder, String behaviour) throws IOException {
    Path platform = Files.createDirectories(folder.resolve("platform"));
    Path enclave = Files.createDirectories(folder.resolve("enclave"));
    Files.writeString(enclave.resolve("behaviour"), behaviour);
    Files.write(enclave.resolve("enclave.jar"), new byte[0]);
    Path source = Files.createDirectories(folder.resolve("source")).resolve("Main.java");
    Files.writeString(
        source,
        """
        package org.blindbook.platform;
        public class Main {
          public static void main(String[] arguments) throws Exception {
            %s.main(arguments);
          }
        }
        """
            .formatted(ScriptedPlatform.class.getName()));
    String path = System.getProperty("java.class.path");
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", path, "-d", folder.toString(), source.toString());
    if (result != 0) {
      throw new AssertionError("the platform's main class does not compile");
    }
    String name = "org/blindbook/platform/Main.class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, urls(path));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(platform.resolve("platform.jar")), manifest)) {
      jar.putNextEntry(new JarEntry(name));
      jar.write(Files.readAllBytes(folder.resolve(name)));
    }
    return "folders.platform: %s%nfolders.lookup-enclave: %s%nfolders.evaluator-enclave: %s%n"
        .formatted(platform, enclave, enclave);
  }

  private static String urls(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toUri().toString())
        .collect(Collectors.joining(" "));
  }
}
