package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentOptionsTest {
  @TempDir Path folder;

  private static DeploymentOptions options(DeploymentOptions.Mode mode) {
    DeploymentOptions options = new DeploymentOptions();
    options.mode = mode;
    return options;
  }

  /** As serve does. */
  private static Deployment choose(DeploymentFile file, DeploymentOptions options)
      throws OperatorException {
    Deployment kept = file.readOrChoose(options::chosen);
    options.requireSame(kept);
    return kept;
  }

  @Test
  void aRoleGoesWithModeBlinded() {
    DeploymentOptions roleAlone = new DeploymentOptions();
    roleAlone.role = DeploymentOptions.RoleName.both;
    assertThatThrownBy(roleAlone::chosen).hasMessageContaining("--mode blinded");
  }

  @Test
  void theFirstStartDecidesAndAnotherChoiceIsRefused() throws Exception {
    DataDirectory directory = DataDirectory.open(folder.resolve("data"));
    DeploymentFile file = new DeploymentFile(directory);
    Deployment first = choose(file, options(DeploymentOptions.Mode.blinded));
    assertThat(first.evaluates()).isTrue();
    assertThat(choose(file, new DeploymentOptions())).isEqualTo(first);
    assertThatThrownBy(() -> choose(file, options(DeploymentOptions.Mode.truncated)))
        .hasMessageContaining("mode blinded, role both, epoch 1");
    DeploymentOptions another = new DeploymentOptions();
    another.epoch = 2;
    assertThatThrownBy(() -> choose(file, another)).isInstanceOf(OperatorException.class);
    Files.writeString(folder.resolve("data/deployment"), "mode=blind");
    assertThatThrownBy(() -> choose(file, new DeploymentOptions())).hasMessageContaining("damaged");
  }

  /** Its store holds plain hashes. */
  @Test
  void aDirectoryFromBeforeThereWasAChoiceIsOfModeTruncated() throws Exception {
    DataDirectory directory = DataDirectory.open(folder.resolve("data"));
    DeploymentFile file = new DeploymentFile(directory);
    RegistrationStore.sqlite(directory.registrations(0)).close();
    assertThatThrownBy(() -> choose(file, options(DeploymentOptions.Mode.blinded)))
        .hasMessageContaining("mode truncated");
    assertThat(choose(file, new DeploymentOptions())).isEqualTo(Deployment.TRUNCATED);
  }
}
