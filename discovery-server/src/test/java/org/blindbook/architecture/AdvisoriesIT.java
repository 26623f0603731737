package org.blindbook.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * No application ships a library of which {@code .ci/advisories.csv} knows an advisory. What is
 * published from now on is added there by hand.
 */
class AdvisoriesIT {
  private static final Path HOME = Path.of(System.getProperty("blindbook.home"));
  private static final Pattern JAR = Pattern.compile("(?<artifact>.+?)-(?<version>[0-9].*)\\.jar");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /**
   * @param fixed the first version without it
   */
  private record Advisory(String artifact, String fixed, String what) {}

  private static List<Advisory> advisories() throws IOException {
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder().ofNamedCsvRecord(HOME.resolve(".ci/advisories.csv"))) {
      return rows.stream()
          .map(
              row ->
                  new Advisory(
                      row.getField("artifact"), row.getField("fixed"), row.getField("what")))
          .toList();
    }
  }

  private static List<String> shipped() throws IOException {
    try (Stream<Path> files = Files.walk(HOME, 6)) {
      return files
          .filter(file -> file.getParent().endsWith("target/app"))
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .distinct()
          .toList();
    }
  }

  private static boolean isAffected(String jar, Advisory advisory) {
    Matcher name = JAR.matcher(jar);
    return name.matches()
        && name.group("artifact").equals(advisory.artifact)
        && isOlder(name.group("version"), advisory.fixed);
  }

  private static boolean isOlder(String version, String than) {
    List<Integer> one = numbers(version);
    List<Integer> two = numbers(than);
    for (int i = 0; i < Math.max(one.size(), two.size()); i++) {
      int a = i < one.size() ? one.get(i) : 0;
      int b = i < two.size() ? two.get(i) : 0;
      if (a != b) {
        return a < b;
      }
    }
    return false;
  }

  private static List<Integer> numbers(String version) {
    return NUMBER.matcher(version).results().map(n -> Integer.valueOf(n.group())).toList();
  }

  @Test
  void nothingThatIsShippedHasAKnownAdvisory() throws IOException {
    List<String> jars = shipped();
    assertThat(jars).as("the applications are packaged").hasSizeGreaterThan(20);
    List<String> affected = new ArrayList<>();
    for (Advisory advisory : advisories()) {
      jars.stream()
          .filter(jar -> isAffected(jar, advisory))
          .forEach(jar -> affected.add(jar + ": " + advisory.what));
    }
    assertThat(affected).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sqlite-jdbc-3.50.3.0.jar, sqlite-jdbc, 3.51.3.0, true",
    "sqlite-jdbc-3.51.3.0.jar, sqlite-jdbc, 3.51.3.0, false",
    "netty-codec-http-4.2.6.Final.jar, netty-codec-http, 4.2.7.Final, true",
    "netty-codec-http2-4.2.6.Final.jar, netty-codec-http, 4.2.7.Final, false",
    "logback-core-1.5.9.jar, logback-core, 1.5.35, true",
    "bcprov-jdk18on-1.86.jar, bcprov-jdk18on, 1.78, false"
  })
  void versionsAreComparedByTheirNumbers(
      String jar, String artifact, String fixed, boolean affected) {
    assertThat(isAffected(jar, new Advisory(artifact, fixed, ""))).isEqualTo(affected);
  }
}
