package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
  private static final String CELL =
      """
      {"n":1048576,"batch":4096,"threads":1,"kernel":"vector512","c":40,"bins":1024,"log2Failure":-78.4,\
      "usPerLookup":0.5,"routingUs":1024.0,"passNsPerSlot":3.0,"passNsPerRecord":4.9,"readNsPerSlot":1.5,\
      "bytesPerRecord":42.5,"updatesPerSecond":192438,"loadPerSecond":1579369,"hits":698443,"wrong":0}
      """;
  private static final String PAGE =
      "# Page\n\n<!-- table of raw.jsonl -->\nstale\n<!-- end of table -->\n\nThe end.\n";

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("raw.jsonl"), CELL);
    Files.writeString(folder.resolve("page.md"), PAGE);
  }

  private int run(Object... arguments) {
    CommandLine commandLine = Main.commandLine(new TableCommand());
    commandLine.setErr(new PrintWriter(err, true));
    String[] words = new String[arguments.length + 1];
    words[0] = "bench";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return commandLine.execute(words);
  }

  @Test
  void writesTheTableOfTheRawFileAndNothingElse() throws IOException {
    Path page = folder.resolve("page.md");
    assertThat(run("report", page, "--check")).isEqualTo(ReportCommand.STALE);
    assertThat(err.toString()).contains("does not show what stands in raw.jsonl");
    assertThat(page).hasContent(PAGE);
    assertThat(run("report", page)).isZero();
    assertThat(Files.readString(page))
        .startsWith("# Page\n\n<!-- table of raw.jsonl -->\n| users |")
        .contains(
            "| 2^20 | 4096 | 1 | 40 × 1024 | 0.500 | 0.75 | 50 % | 3.00 | 1.50 | 2.0 | 192 k | 1579"
                + " k |")
        .endsWith("|\n<!-- end of table -->\n\nThe end.\n");
    assertThat(run("report", page, "--check")).isZero();
  }

  @Test
  void writesTheFiguresOfAService() throws IOException {
    Files.writeString(
        folder.resolve("service.jsonl"),
        """
        {"figure":"load","unit":"/s","value":16000,"cores":2,"perCore":8000,"perEnclaveCpuSecond":9000}
        {"figure":"all cached","unit":"ms","value":40.5,"runs":11,"fastest":39.0,"slowest":50.1}
        """);
    Path page = folder.resolve("service.md");
    Files.writeString(page, "<!-- figures of service.jsonl -->\nold\n<!-- end of figures -->\n");
    assertThat(run("report", page)).isZero();
    assertThat(Files.readString(page))
        .contains("| load | 16000 /s | 8000 | 9000 | |\n")
        .contains(
            "| all cached | 40.5 ms (median of 11) | | | 39.0 to 50.1 |\n<!-- end of figures");
    Files.writeString(folder.resolve("service.jsonl"), "{\"figure\":\"load\"}\n");
    assertThat(run("report", page)).isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("line 1, is not a figure of").hasLineCount(1);
  }

  @Test
  void tablesOfTheDocumentationAreThoseOfTheRawFiles() {
    Path page = Path.of(System.getProperty("blindbook.home", ""), "docs", "performance.md");
    assertThat(run("report", page, "--check")).as(err.toString()).isZero();
  }

  @Test
  void aLineThatIsNoMeasurementIsNamed() throws IOException {
    Files.writeString(folder.resolve("raw.jsonl"), CELL + "{\"n\":5}\n");
    assertThat(run("report", folder.resolve("page.md"))).isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("line 2, is not a line of").hasLineCount(1);
    assertThat(run("report", folder.resolve("none.md"))).isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("There is no file");
  }

  @Test
  void plotsALineForEachSizeAndTheSameEachTime() throws IOException {
    StringBuilder raw = new StringBuilder(CELL.replace("0.5,", "9999,"));
    for (int batch : new int[] {512, 4096}) {
      for (int users : new int[] {1 << 16, 1 << 20}) {
        raw.append(
            CELL.replace("1048576", Integer.toString(users))
                .replace("4096", Integer.toString(batch)));
      }
    }
    Files.writeString(folder.resolve("raw.jsonl"), raw);
    Path out = folder.resolve("plots");
    assertThat(run("plot", folder.resolve("raw.jsonl"), "--out", out)).isZero();
    String lookups = Files.readString(out.resolve("lookups-1t.svg"));
    assertThat(lookups)
        .contains(">2^20 users<", ">2^16 users<", ">queries in a batch<", ">µs per lookup<")
        .contains(">512<", ">4096<")
        .doesNotContain("10000"); // the first line was measured again
    assertThat(lookups.split("<circle", -1)).hasSize(1 + 4);
    String pass = Files.readString(out.resolve("pass-1t.svg"));
    assertThat(pass).contains(">batch 512<", ">read alone<", "stroke-dasharray");
    assertThat(out.resolve("lookups-2t.svg")).doesNotExist();
    assertThat(run("plot", folder.resolve("raw.jsonl"), "--out", out)).isZero();
    assertThat(out.resolve("lookups-1t.svg")).hasContent(lookups);
  }
}
