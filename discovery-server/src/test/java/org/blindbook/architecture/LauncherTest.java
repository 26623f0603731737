package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher where a shell gives it less than usual. Scripts stand in for Java and Maven, so
 * nothing is built or started.
 */
class LauncherTest {
  /** Says whether its standard input can be read. */
  private static final String SAYS_WHAT_IT_GETS =
      """
      #!/bin/sh
      if (: 3<&0) 2>/dev/null; then input=open; else input=closed; fi
      echo "$(basename "$0") standard input $input"
      """;

  @TempDir Path folder;
  private Path launcher;
  private Path jdk;

  private record Outcome(int exitCode, String output) {}

  @BeforeEach
  void install() throws IOException {
    Path original = Path.of(System.getProperty("blindbook.home"), "blindbook");
    Files.createDirectory(folder.resolve("home"));
    launcher = script("home/blindbook", Files.readString(original));
    script("path/mvn", SAYS_WHAT_IT_GETS);
    script("path/java", "#!/bin/sh\nexit 1\n");
    jdk = jdk("jdk", "25.0.1");
  }

  private Path script(String name, String text) throws IOException {
    Path script = folder.resolve(name);
    Files.createDirectories(script.getParent());
    Files.writeString(script, text);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private Path jdk(String name, String version) throws IOException {
    script(name + "/bin/java", SAYS_WHAT_IT_GETS);
    Files.writeString(
        folder.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return folder.resolve(name);
  }

  /** Runs the shell's words, with the launcher as {@code $0}. */
  private Outcome shell(String words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", words, launcher.toString()).redirectErrorStream(true);
    builder.environment().put("PATH", folder.resolve("path") + ":" + System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", jdk.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void whatItStartsHasAStandardInputWhereItHasNone() throws Exception {
    assertThat(shell("\"$JAVA_HOME/bin/java\" <&-").output())
        .as("the stand-in can see the difference")
        .contains("standard input closed");
    Outcome started = shell("exec \"$0\" demo <&-");
    assertThat(started.output()).contains("mvn standard input open", "java standard input open");
    assertThat(started.exitCode()).isZero();
  }

  @Test
  void standardInputIsPassedOn() throws Exception {
    script("jdk/bin/java", "#!/bin/sh\ncat\n");
    assertThat(shell("echo from the user | \"$0\" load").output()).contains("from the user");
  }

  @Test
  void aUserWithoutAHomeFolderCanUseIt() throws Exception {
    assertThat(shell("unset HOME; exec \"$0\" java-home").output()).isEqualTo(jdk + "\n");
    Outcome searched = shell("unset HOME JAVA_HOME; exec \"$0\" java-home");
    assertThat(searched.output())
        .doesNotContain("HOME: ")
        .containsAnyOf("/", "needs a Java 25 JDK and found none");
  }

  @Test
  void aJdkThatIsTooOldIsPassedOver() throws Exception {
    jdk("old", "17.0.9");
    jdk("home/.jdks/new", "26");
    jdk = folder.resolve("old");
    Outcome found = shell("HOME=${0%/*} exec \"$0\" java-home");
    assertThat(found.exitCode()).isZero();
    assertThat(found.output()).doesNotContain("old").isNotEmpty();
    assertThat(shell("HOME=${0%/*} exec \"$0\" java-homes").output().lines().toList())
        .startsWith(jdk.toString())
        .contains(folder.resolve("home/.jdks/new").toString());
  }

  @Test
  void withoutAnyJdkItSaysWhatToInstall() throws Exception {
    Files.writeString(
        launcher, Files.readString(launcher).replaceAll("(?m)^minimum=.*$", "minimum=1000"));
    for (String command : List.of("java-home", "serve")) {
      Outcome outcome = shell("exec \"$0\" " + command);
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.output())
          .isEqualTo(
              "blindbook: needs a Java 1000 JDK and found none:"
                  + " install one, or set JAVA_HOME to it.\n");
    }
  }
}
