package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that the documentation shows, as a reader would copy it. */
class SnippetTest {
  /** Its first Java block is the program. */
  private static final String HEADING = "## Embed the client";

  @TempDir private Path classes;

  private static String snippet() throws IOException {
    Path home = Path.of(System.getProperty("blindbook.home", "../.."));
    String readme = Files.readString(home.resolve("README.md"));
    int heading = readme.indexOf(HEADING + "\n");
    int start = heading < 0 ? -1 : readme.indexOf("```java\n", heading);
    assertThat(start).as("a Java program in the README under the heading " + HEADING).isPositive();
    start += "```java\n".length();
    return readme.substring(start, readme.indexOf("```", start));
  }

  private List<String> errors(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    String name = source.replaceFirst("(?s).*?\\bclass\\s+(\\w+).*", "$1");
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    boolean compiles =
        compiler.getTask(null, null, diagnostics, options, null, List.of(file)).call();
    List<String> errors =
        diagnostics.getDiagnostics().stream().map(Object::toString).collect(Collectors.toList());
    assertThat(compiles).isEqualTo(errors.isEmpty());
    return errors;
  }

  @Test
  void compiles() throws IOException {
    String source = snippet();
    assertThat(source).contains("DiscoveryClient").contains("discover(");
    assertThat(errors(source)).isEmpty();
  }

  @Test
  void wouldNotCompileWithAMethodThatDoesNotExist() throws IOException {
    assertThat(errors(snippet().replace(".build()", ".built()"))).isNotEmpty();
  }
}
