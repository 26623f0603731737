package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing epochs where no server runs: the next one starts with what was decided. */
class EpochCommandTest {
  @TempDir Path folder;
  private Path data;
  private DataDirectory directory;

  @BeforeEach
  void createBlinded() throws Exception {
    data = folder.resolve("data");
    directory = DataDirectory.open(data);
    DeploymentOptions options = new DeploymentOptions();
    options.mode = DeploymentOptions.Mode.blinded;
    new DeploymentFile(directory).readOrChoose(options::chosen);
  }

  private CommandRun epoch(String command, String... more) {
    String[] line = new String[more.length + 4];
    line[0] = "epoch";
    line[1] = command;
    line[2] = "--data-dir";
    line[3] = data.toString();
    System.arraycopy(more, 0, line, 4, more.length);
    return CommandRun.of(line);
  }

  private void register(int epoch, int users) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    byte[] account = new byte[RegistrationBatch.ACCOUNT_BYTES];
    account[0] = 1;
    for (int i = 0; i < users; i++) {
      byte[] key = new byte[RegistrationBatch.KEY_BYTES];
      key[0] = (byte) i;
      batch.register(key, account);
    }
    try (RegistrationStore store = RegistrationStore.sqlite(directory.registrations(epoch))) {
      store.apply(batch);
    }
  }

  @Test
  void anEpochBeginsServesAndEnds() throws Exception {
    register(1, 3);
    assertThat(epoch("begin").out()).contains("Epoch 2 has begun").containsPattern("(?m)^2 +live");
    register(2, 2);
    CommandRun tooFew = epoch("switch", "2");
    assertThat(tooFew.exitCode()).isEqualTo(2);
    assertThat(tooFew.err()).contains("In epoch 2 2 are registered and in epoch 1").contains("3");
    assertThat(new DeploymentFile(directory).read().serving()).isEqualTo(1);
    assertThat(epoch("switch", "2", "--fewer").out()).contains("Epoch 2 serves.");
    assertThat(epoch("switch", "1").exitCode()).as("back again").isZero();
    register(2, 3);
    assertThat(epoch("switch", "2").exitCode()).isZero();

    assertThat(epoch("retire", "2").err()).contains("Epoch 2 serves");
    Files.createFile(directory.evaluatorKey(1));
    assertThat(epoch("retire", "1").out()).contains("Epoch 1 is over.");
    assertThat(directory.registrations(1)).doesNotExist();
    assertThat(directory.evaluatorKey(1)).doesNotExist();
    assertThat(epoch("list", "--json").out())
        .isEqualTo(
            "{\"epoch\":2,\"serving\":true,\"ready\":false,\"registered\":3,\"evaluatorKey\":null}"
                + System.lineSeparator());
    assertThat(epoch("begin").out()).contains("Epoch 3 has begun");
  }

  @Test
  void whatCannotBeIsSaidInOneSentence() throws Exception {
    assertThat(epoch("switch", "7").err()).contains("Epoch 7 is not live here; epoch 1 is.");
    assertThat(epoch("begin", "--evaluator-key", "00".repeat(32)).err())
        .contains("for role lookup only");
    epoch("begin");
    assertThat(epoch("begin").err()).contains("1 and 2 are live already");
    data = Files.createDirectory(folder.resolve("empty"));
    assertThat(epoch("list").err()).contains("is empty: start blindbook serve on it first");
    new DeploymentFile(DataDirectory.open(data)).readOrChoose(() -> Deployment.TRUNCATED);
    assertThat(epoch("list").err()).contains("of mode truncated, which has no epochs");
  }
}
