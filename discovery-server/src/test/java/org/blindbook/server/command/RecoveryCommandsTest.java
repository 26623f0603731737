package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.recovery.InstalledDirectory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands backup, restore and check, as an operator uses them. */
class RecoveryCommandsTest {
  @TempDir Path temp;
  private DataDirectory directory;
  private String data;
  private String backup;

  @BeforeEach
  void install() throws Exception {
    directory = InstalledDirectory.blinded(temp.resolve("data"), 1234);
    data = directory.root().toString();
    backup = temp.resolve("backup").toString();
  }

  @Test
  void eachSaysWhatItDidInASentence() {
    CommandRun made = CommandRun.of("backup", "--data-dir", data, backup);
    assertThat(made.exitCode()).isZero();
    assertThat(made.err()).isEmpty();
    assertThat(made.out())
        .hasLineCount(1)
        .startsWith("Backed up " + data + " to " + backup + ": 11 files, ")
        .contains("1,234 registered");

    CommandRun checked = CommandRun.of("check", "--backup", backup);
    assertThat(checked.exitCode()).isZero();
    assertThat(checked.out()).contains("1,234 registered", "No problem was found.");

    CommandRun refused = CommandRun.of("restore", "--data-dir", data, backup);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).startsWith("blindbook: ").contains("--replace").hasLineCount(1);

    CommandRun restored = CommandRun.of("restore", "--data-dir", data, "--replace", backup);
    assertThat(restored.exitCode()).isZero();
    assertThat(restored.out())
        .hasLineCount(1)
        .contains("1,234 registered", "load it again", "permits", ".before-restore-");
    assertThat(CommandRun.of("check", "--data-dir", data, "--full").exitCode()).isZero();
  }

  @Test
  void eachSaysItAsJson() {
    CommandRun made = CommandRun.of("backup", "--data-dir", data, "--json", backup);
    JsonObject backedUp = new JsonObject(made.out());
    assertThat(backedUp.getString("backup")).isEqualTo(backup);
    assertThat(backedUp.getInteger("files")).isEqualTo(11);
    assertThat(backedUp.getJsonArray("registered").getInteger(0)).isEqualTo(1234);

    String other = temp.resolve("other").toString();
    CommandRun restored = CommandRun.of("restore", "--data-dir", other, "--json", backup);
    assertThat(new JsonObject(restored.out()).getString("made"))
        .isEqualTo(backedUp.getString("made"));
    assertThat(new JsonObject(restored.out()).getValue("before")).isNull();

    JsonObject checked =
        new JsonObject(CommandRun.of("check", "--data-dir", other, "--json").out());
    assertThat(checked.getInteger("problems")).isZero();
    assertThat(checked.getJsonArray("findings").getJsonObject(0).getString("file"))
        .isEqualTo("deployment");
  }

  @Test
  void problemsAreNamedWithWhatToDo() throws Exception {
    Files.delete(directory.registrations(1));
    CommandRun table = CommandRun.of("check", "--data-dir", data);
    assertThat(table.exitCode()).isEqualTo(3);
    assertThat(table.err()).isEmpty();
    assertThat(table.out())
        .containsPattern("registrations-1\\.db +problem +missing")
        .contains("Restore it", "1 problem was found.");
    CommandRun json = CommandRun.of("check", "--data-dir", data, "--json");
    assertThat(json.exitCode()).isEqualTo(3);
    assertThat(new JsonObject(json.out()).getInteger("problems")).isEqualTo(1);
  }

  @Test
  void aDamagedBackupIsNamedFileByFile() throws Exception {
    CommandRun.of("backup", "--data-dir", data, backup);
    Path key = Path.of(backup, "credential.key");
    byte[] content = Files.readAllBytes(key);
    content[5] ^= 1;
    Files.write(key, content);
    CommandRun checked = CommandRun.of("check", "--backup", backup);
    assertThat(checked.exitCode()).isEqualTo(3);
    assertThat(checked.out())
        .containsPattern("credential\\.key +problem +is not what it was")
        .contains("1 problem was found.");
  }

  @Test
  void whatCannotBeCheckedIsASentence() {
    for (String option : new String[] {"--data-dir", "--backup"}) {
      CommandRun absent = CommandRun.of("check", option, temp.resolve("absent").toString());
      assertThat(absent.exitCode()).isEqualTo(2);
      assertThat(absent.err()).startsWith("blindbook: ").hasLineCount(1);
    }
    for (String[] usage :
        new String[][] {
          {"check"},
          {"check", "--data-dir", data, "--backup", data},
          {"backup", "--data-dir", data},
          {"restore", "--data-dir", data}
        }) {
      CommandRun wrong = CommandRun.of(usage);
      assertThat(wrong.exitCode()).isEqualTo(2);
      assertThat(wrong.err()).startsWith("blindbook: ").contains("--help").hasLineCount(1);
    }
  }
}
