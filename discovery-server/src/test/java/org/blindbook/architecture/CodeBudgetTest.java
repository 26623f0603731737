package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Trusted code stays short enough to be read to its end: a budget of code lines for each image. */
class CodeBudgetTest {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));
  private static final List<TrustedImages.Image> IMAGES = TrustedImages.ALL;

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("IMAGES")
  void anImageStaysWithinItsBudget(TrustedImages.Image image) throws IOException {
    Map<String, Integer> lines = image.lines(HOME);
    assertThat(TrustedImages.total(lines))
        .as("code lines of the image \"%s\": %s", image.name(), lines)
        .isPositive()
        .isLessThanOrEqualTo(image.budget());
  }

  @ParameterizedTest(name = "[{index}] {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0 | ",
        "0 |   // a comment",
        "0 |   /* one */ // and another",
        "0 | package org.blindbook;",
        "0 | import java.util.List;",
        "0 | import static java.util.List.of;",
        "0 | /** Says;\\n * much;\\n */",
        "1 | }",
        "1 | int important = packages; // with a reason",
        "1 | /* before */ int a;",
        "1 | int a /* within\\n two lines */",
        "2 | int a; /* within\\n two lines */ int b;",
        "2 | String a = \"/* no comment\";\\nint b;",
        "2 | String a = \"\\\"/* no comment\";\\nint b;",
        "2 | char a = '\"';\\nint b; // \"",
        "2 | String a = \"// no comment\";\\n// a comment\\nint b;",
        "4 | String a = \"\"\"\\n // text\\n\\n import text\\n \"\"\";",
        "3 | String a = \"\"\"\\n \\\\\"\"\" // text\\n \"\"\"; // comment",
      })
  void linesWithCodeAreCounted(int lines, String source) {
    String unescaped = source == null ? "" : source.replace("\\n", "\n").replace("\\\\", "\\");
    assertThat(CodeLines.in(unescaped)).isEqualTo(lines);
  }

  @Test
  void theLinesOfAllFoldersAreAdded() throws IOException {
    for (String file : List.of("one/a/A.java", "one/a/b/B.java", "two/a/C.java", "two/a/d.txt")) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, "package a;\n\n/** Text. */\nclass A {\n}\n");
    }
    List<Path> folders = List.of(folder.resolve("one"), folder.resolve("two"));
    assertThat(CodeLines.byPackage(folders))
        .containsExactly(Map.entry("a", 4), Map.entry("a.b", 2));
    assertThatThrownBy(() -> CodeLines.byPackage(List.of(folder.resolve("three"))))
        .isInstanceOf(NoSuchFileException.class);
  }
}
