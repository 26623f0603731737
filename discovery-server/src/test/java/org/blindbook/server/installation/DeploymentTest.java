package org.blindbook.server.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.blindbook.server.epochs.HostedRoles;
import org.junit.jupiter.api.Test;

class DeploymentTest {
  private static final String KEY = "0a".repeat(32);

  @Test
  void whatIsKeptIsReadBack() throws Exception {
    for (Deployment deployment :
        new Deployment[] {
          Deployment.TRUNCATED,
          Deployment.blinded(HostedRoles.BOTH, 1, Optional.empty()),
          Deployment.blinded(HostedRoles.EVALUATOR, 7, Optional.empty()),
          Deployment.blinded(HostedRoles.LOOKUP, 2, Optional.of(KEY))
        }) {
      assertThat(Deployment.parse(deployment.text())).contains(deployment);
    }
    for (String damaged : new String[] {"", "mode=blinded\n", "mode=truncated\nrole=both\n"}) {
      assertThat(Deployment.parse(damaged)).isEmpty();
    }
  }

  /**
   * When one enclave evaluated and looked up. Its epochs, store and sealed key serve as they are.
   */
  @Test
  void aDirectoryOfRoleBothFromBeforeThereWereTwoEnclavesIsRead() throws Exception {
    String kept = "mode=blinded\nrole=both\nepoch=2\nepochs.begun=2\nepoch.1=\nepoch.2=\n";
    Deployment old = Deployment.parse(kept).orElseThrow();
    assertThat(old.evaluates() && old.looksUp()).isTrue();
    assertThat(old.live()).containsExactly(1, 2);
    assertThat(old.serving()).isEqualTo(2);
    assertThat(old.text()).as("and an earlier version reads it again").isEqualTo(kept);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> Deployment.blinded(HostedRoles.LOOKUP, 1, Optional.empty()))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.blinded(HostedRoles.BOTH, 1, Optional.of(KEY)))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.blinded(HostedRoles.LOOKUP, 1, Optional.of("x")))
        .isInstanceOf(OperatorException.class);
    assertThatThrownBy(() -> Deployment.TRUNCATED.begin(Optional.empty()))
        .hasMessageContaining("has no epochs");
  }

  @Test
  void epochsBeginServeAndEnd() throws Exception {
    Deployment one = Deployment.blinded(HostedRoles.BOTH, 1, Optional.empty());
    Deployment two = one.begin(Optional.empty());
    assertThat(two.live()).containsExactly(1, 2);
    assertThat(two.serving()).isEqualTo(1);
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
    Deployment one = Deployment.blinded(HostedRoles.LOOKUP, 1, Optional.of(KEY));
    assertThatThrownBy(() -> one.begin(Optional.empty())).hasMessageContaining("--evaluator-key");
    String other = "0b".repeat(32);
    Deployment two = one.begin(Optional.of(other));
    assertThat(two.evaluatorKey(1)).contains(KEY);
    assertThat(two.evaluatorKey(2)).contains(other);
    assertThat(Deployment.parse(two.text())).contains(two);
  }
}
