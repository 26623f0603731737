package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.server.enclavehost.EnclaveSettings;
import org.blindbook.server.enclavehost.RecentWindow;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.installation.OperatorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeConfigTest {

  private static ServeConfig parse(String yaml) throws OperatorException {
    return ServeConfig.parse(yaml, "serve.yaml");
  }

  @Test
  void dottedAndNestedKeysAreTheSame() throws Exception {
    ServeConfig dotted = parse("permits.capacity: 7\nconnection.idle-seconds: 9\n");
    ServeConfig nested = parse("permits:\n  capacity: 7\nconnection: {idle-seconds: 9}\n");
    for (ServeConfig config : new ServeConfig[] {dotted, nested}) {
      assertThat(EnclaveSettings.truncatedLookup(config.clientLimits(), config.table()).text())
          .contains("permits.capacity=7\n");
      assertThat(config.patience().idle()).isEqualTo(Duration.ofSeconds(9));
    }
  }

  @Test
  void theTableRunsOnWhatIsNamedElseOnWhatTheMachineOffers() throws Exception {
    TableSettings machine = new ServeConfig().table();
    assertThat(machine.kernel()).isEqualTo(TableKernel.ofThisMachine());
    assertThat(machine.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(parse("table: {kernel: plain, threads: 3}\n").table())
        .isEqualTo(new TableSettings(TableKernel.PLAIN, 3));
    assertThat(parse("table.kernel: vector512\n").table())
        .isEqualTo(new TableSettings(TableKernel.VECTOR512, machine.threads()));
  }

  @Test
  void whatIsRecentIsNamedByFileOrOptionElseNothingIs() throws Exception {
    assertThat(new ServeConfig().recent()).isEmpty();
    assertThat(parse("recent.days: 3\nrecent.part: 8\n").recent())
        .contains(new RecentWindow.Limits(Duration.ofDays(3), 8));
    ServeConfig withOption = parse("recent.days: 3\n").withRecentDays(7);
    assertThat(withOption.recent()).contains(new RecentWindow.Limits(Duration.ofDays(7), 4));
    for (int days : new int[] {-1, 0, 31}) {
      assertThatThrownBy(() -> new ServeConfig().withRecentDays(days))
          .hasMessage("--recent-days takes a whole number from 1 to 30.");
    }
    assertThatThrownBy(() -> parse("recent.part: 1\n"))
        .hasMessageEndingWith("recent.part must be a whole number from 2 to 100.");
  }

  @Test
  void aFileOfCommentsOnlyIsAConfiguration() throws Exception {
    assertThat(parse("# nothing yet\n").trustedProxy()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: 1                                | line 1: there is no setting 'a'.
          ledgers.max: 5\\npermit.capacity: 1 | line 2: there is no setting 'permit.capacity'.
          permits:\\n  capacitance: 1          | line 2: there is no setting 'permits.capacitance'.
          permits.capacity: 0                 | line 1: permits.capacity must be a whole number from 1 to 999999999.
          permits.capacity: [1]               | line 1: permits.capacity must be a whole number from 1 to 999999999.
          permits: 3                          | line 1: permits must be a group of settings.
          mode: blinded                       | line 1: there is no setting 'mode'.
          listen.trusted-proxy: yes           | line 1: listen.trusted-proxy must be true or false.
          table.kernel: vector128             | line 1: table.kernel must be vector512, vector256, plain.
          table.threads: 0                    | line 1: table.threads must be a whole number from 1 to 999999999.
          ledgers.max: 1\\nledgers: {max: 2}   | line 2: ledgers.max is there twice.
          - a                                 | line 1: this is not a list of keys and values.
          """)
  void whatIsWrongIsNamedWithItsLine(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml.replace("\\n", "\n")))
        .isInstanceOf(OperatorException.class)
        .hasMessage("serve.yaml, " + message);
  }

  @Test
  void brokenYamlIsNamedWithItsLine() {
    assertThatThrownBy(() -> parse("ledgers.max: 5\nx: [1\n"))
        .isInstanceOf(OperatorException.class)
        .hasMessageMatching("The configuration file serve.yaml is not valid YAML at line [23].");
  }
}
