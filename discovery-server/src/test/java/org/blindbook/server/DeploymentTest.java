package org.blindbook.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {
  private static final String KEY = "0a".repeat(32);

  @TempDir Path folder;

  private static DeploymentOptions options(DeploymentOptions.Mode mode) {
    DeploymentOptions options = new DeploymentOptions();
    options.mode = mode;
    return options;
  }

  @Test
  void whatIsKeptIsReadBack() throws Exception {
    for (Deployment deployment :
        new Deployment[] {
          Deployment.TRUNCATED,
          Deployment.blinded(DeploymentRole.BOTH, 1, Optional.empty()),
          Deployment.blinded(DeploymentRole.EVALUATOR, 7, Optional.empty()),
          Deployment.blinded(DeploymentRole.LOOKUP, 2, Optional.of(KEY))
        }) {
      assertThat(Deployment.parse(deployment.text())).contains(deployment);
    }
    for (String damaged : new String[] {"", "mode=blinded\n", "mode=truncated\nrole=both\n"}) {
      assertThat(Deployment.parse(damaged)).isEmpty();
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> Deployment.blinded(DeploymentRole.LOOKUP, 1, Optional.empty()))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.blinded(DeploymentRole.BOTH, 1, Optional.of(KEY)))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.blinded(DeploymentRole.LOOKUP, 1, Optional.of("x")))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.TRUNCATED.begin(Optional.empty()))
        .hasMessageContaining("has no epochs");
    DeploymentOptions roleAlone = new DeploymentOptions();
    roleAlone.role = DeploymentOptions.Role.both;
    assertThatThrownBy(roleAlone::chosen).hasMessageContaining("--mode blinded");
  }

  @Test
  void epochsBeginServeAndEnd() throws Exception {
    Deployment one = Deployment.blinded(DeploymentRole.BOTH, 1, Optional.empty());
    Deployment two = one.begin(Optional.empty());
    assertThat(two.live()).containsExactly(1, 2);
    assertThat(two.serving()).isEqualTo(1);
    assertThat(two.settings(2)).containsEntry("epoch", "2");
    assertThatThrownBy(() -> two.begin(Optional.empty())).hasMessageContaining("1 and 2 are live");
    assertThatThrownBy(() -> two.retire(1)).hasMessageContaining("Epoch 1 serves");
    assertThatThrownBy(() -> two.switchTo(3)).hasMessageContaining("Epoch 3 is not live here");

    Deployment switched = two.switchTo(2);
    assertThat(switched.serving()).isEqualTo(2);
    assertThat(switched.switchTo(1)).isEqualTo(two);
    Deployment alone = switched.retire(1);
    assertThat(alone.live()).containsExactly(2);
    assertThat(two.retire(2).begin(Optional.empty()).live())
        .as("no number is used twice")
        .containsExactly(1, 3);
    for (Deployment deployment : new Deployment[] {two, switched, alone}) {
      assertThat(Deployment.parse(deployment.text())).contains(deployment);
    }
  }

  @Test
  void aNewEpochOfAnotherServersEvaluatorNeedsItsKey() throws Exception {
    Deployment one = Deployment.blinded(DeploymentRole.LOOKUP, 1, Optional.of(KEY));
    assertThatThrownBy(() -> one.begin(Optional.empty())).hasMessageContaining("--evaluator-key");
    String other = "0b".repeat(32);
    Deployment two = one.begin(Optional.of(other));
    assertThat(two.settings(1)).containsEntry("evaluator.public-key", KEY);
    assertThat(two.settings(2)).containsEntry("evaluator.public-key", other);
    assertThat(Deployment.parse(two.text())).contains(two);
  }

  @Test
  void theFirstStartDecidesAndAnotherChoiceIsRefused() throws Exception {
    DataDirectory directory = DataDirectory.open(folder.resolve("data"));
    Deployment first = directory.deployment(options(DeploymentOptions.Mode.blinded));
    assertThat(first.evaluates()).isTrue();
    assertThat(directory.deployment(new DeploymentOptions())).isEqualTo(first);
    assertThatThrownBy(() -> directory.deployment(options(DeploymentOptions.Mode.truncated)))
        .hasMessageContaining("mode blinded, role both, epoch 1");
    DeploymentOptions another = new DeploymentOptions();
    another.epoch = 2;
    assertThatThrownBy(() -> directory.deployment(another)).isInstanceOf(OperatorException.class);
    Files.writeString(folder.resolve("data/deployment"), "mode=blind");
    assertThatThrownBy(() -> directory.deployment(new DeploymentOptions()))
        .hasMessageContaining("damaged");
  }

  /** Its store holds plain hashes. */
  @Test
  void aDirectoryFromBeforeThereWasAChoiceIsOfModeTruncated() throws Exception {
    DataDirectory directory = DataDirectory.open(folder.resolve("data"));
    RegistrationStore.sqlite(directory.registrations(0)).close();
    assertThatThrownBy(() -> directory.deployment(options(DeploymentOptions.Mode.blinded)))
        .hasMessageContaining("mode truncated");
    assertThat(directory.deployment(new DeploymentOptions())).isEqualTo(Deployment.TRUNCATED);
  }
}
