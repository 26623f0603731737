package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.table.FaultyTable;
import org.blindbook.enclave.table.ObliviousTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TableCommandTest {
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"\\w+\"|-?[0-9.]+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(TableCommand command, String options) {
    CommandLine commandLine = Main.commandLine(command);
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return commandLine.execute(("bench table " + options).split(" "));
  }

  private Map<String, String> fields() {
    Map<String, String> fields = new TreeMap<>();
    for (Matcher field = FIELD.matcher(out.toString()); field.find(); ) {
      fields.put(field.group(1), field.group(2));
    }
    return fields;
  }

  @Test
  void measuresATableAndChecksItsAnswers() {
    assertThat(run(new TableCommand(), "--log-n 12 --batch 64 --threads 1 --json")).isZero();
    assertThat(err.toString()).isEmpty();
    Map<String, String> fields = fields();
    assertThat(fields)
        .containsOnlyKeys(
            "n",
            "batch",
            "threads",
            "kernel",
            "c",
            "bins",
            "log2Failure",
            "usPerLookup",
            "routingUs",
            "passNsPerSlot",
            "passNsPerRecord",
            "readNsPerSlot",
            "bytesPerRecord",
            "updatesPerSecond",
            "loadPerSecond",
            "hits",
            "wrong")
        .containsEntry("n", "4096")
        .containsEntry("batch", "64")
        .containsEntry("threads", "1")
        .containsEntry("wrong", "0");
    assertThat(Double.parseDouble(fields.get("log2Failure"))).isLessThan(-64);
    for (String positive :
        new String[] {
          "usPerLookup", "routingUs", "passNsPerSlot", "readNsPerSlot", "updatesPerSecond"
        }) {
      assertThat(Double.parseDouble(fields.get(positive))).as(positive).isPositive();
    }
    double asked = (300 + 41) * 64; // rounds of a table this small
    assertThat(Long.parseLong(fields.get("hits")) / asked).isBetween(0.45, 0.55);
  }

  @Test
  void measuresLatencyWhileUpdatingAndGrowthWhenAsked() {
    String options = "--records 130000 --batch 64 --updates-per-second 3000 --seconds 1 --growth";
    assertThat(run(new TableCommand(), options + " --json")).isZero();
    Map<String, String> fields = fields();
    assertThat(fields).containsEntry("n", "130000").containsEntry("wrong", "0");
    assertThat(Double.parseDouble(fields.get("everyMillis"))).isPositive();
    assertThat(out.toString())
        .containsPattern("\"serving\":\\{\"updatesPerSecond\":(2[5-9]|3[0-4])\\d\\d,")
        .containsPattern("\"idle\":\\{\"batches\":[1-9]\\d+,\"p50Millis\":\\d");
    // A table for 2^17 users begins to grow at fifteen sixteenths.
    assertThat(out.toString()).contains("\"growth\":{\"records\":122880,");
    assertThat(Double.parseDouble(fields.get("heapBytes")))
        .isGreaterThan(Double.parseDouble(fields.get("slotBytes")));
  }

  @Test
  void comparesVariantsByTurns() {
    assertThat(run(new TableCommand(), "--log-n 12 --batch 64 --compare plain,plain --json"))
        .isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .startsWith("{\"n\":4096,\"batch\":64,\"threads\":1,\"turns\":41,\"wrong\":0,")
        .containsPattern(
            "\"name\":\"plain\",\"whole\":\\{\"us\":[0-9.]+,\"ratio\":1.000,\"low\":1.000");
    Map<String, String> second = fields(); // the later of two fields of one name
    assertThat(Double.parseDouble(second.get("ratio"))).isBetween(0.1, 10.0);
    assertThat(Double.parseDouble(second.get("low")))
        .isLessThanOrEqualTo(Double.parseDouble(second.get("high")));
  }

  @Test
  void comparesWithTheJarsOfAFolder(@TempDir Path folder) throws IOException {
    jarOfTheTable(folder.resolve("enclave.jar"), name -> true);
    assertThat(
            run(
                new TableCommand(),
                "--log-n 12 --batch 64 --kernel plain --compare plain," + folder + " --json"))
        .isZero();
    assertThat(out.toString()).contains("\"wrong\":0,").contains("{\"name\":\"" + folder + "\",");
  }

  @Test
  void anotherEnclaveThatCannotBeMeasuredIsOnePlainSentence(@TempDir Path folder)
      throws IOException {
    jarOfTheTable(folder.resolve("enclave.jar"), name -> !name.contains("LookupPass"));
    assertThat(run(new TableCommand(), "--log-n 12 --compare plain," + folder + " --json"))
        .isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("none that this benchmark can measure").hasLineCount(1);
  }

  /** The enclave's classes that this test runs with, from folders or jars, or some of them. */
  private static void jarOfTheTable(Path jar, Predicate<String> wanted) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> one : List.of(ObliviousTable.class, Masks.class)) {
        Path root =
            Path.of(URI.create(one.getProtectionDomain().getCodeSource().getLocation().toString()));
        if (Files.isDirectory(root)) {
          copyClasses(root, out, wanted);
        } else {
          try (FileSystem classes = FileSystems.newFileSystem(root)) {
            copyClasses(classes.getPath("/"), out, wanted);
          }
        }
      }
    }
  }

  private static void copyClasses(Path root, JarOutputStream out, Predicate<String> wanted)
      throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (name.startsWith("org/") && wanted.test(name)) {
          out.putNextEntry(new ZipEntry(name));
          out.write(Files.readAllBytes(file));
        }
      }
    }
  }

  @Test
  void aWrongAnswerIsCountedAndFails() {
    TableCommand faulty = new TableCommand(FaultyTable::measure);
    assertThat(run(faulty, "--log-n 12 --batch 64 --threads 1 --json"))
        .isEqualTo(TableCommand.WRONG_ANSWER);
    assertThat(Long.parseLong(fields().get("wrong"))).isPositive();
    assertThat(err.toString()).contains("answers were wrong").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--log-n 31 | --log-n must be 0 to 30",
        "--log-n x | --log-n",
        "--batch 65537 | --batch must be 1 to 65536",
        "--records 0 | --records must be 1 to 1073741824",
        "--updates-per-second 0 | --updates-per-second must be 1 to 10000000",
        "--seconds 0 | --seconds must be 1 to 3600",
        "--threads 0 | --threads must be 1 to 256",
        "--kernel fast | There is no kernel fast",
        "--log-n 30 | do not fit in the memory",
        "--cpu-time --threads 2 | one thread",
        "--compare plain | two to 4 variants",
        "--compare plain,fast | fast is neither",
        "--growth --compare plain,plain | --compare times lookups",
      })
  void aBadValueIsOnePlainSentence(String options, String says) {
    assertThat(run(new TableCommand(), options + " --json")).isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains(says).hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }
}
