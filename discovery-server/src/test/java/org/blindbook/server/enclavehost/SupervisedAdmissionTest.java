package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.Claims;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody is admitted before the enclave has all that was registered, and is warm. */
@Timeout(30)
class SupervisedAdmissionTest extends SupervisedLookup {
  private static final int WRITTEN_MEANWHILE = 12;

  @Test
  void theEnclaveHasTheWholeStoreBeforeAnybodyIsAdmitted() throws Exception {
    int users = 2 * Update.MAX_ENTRIES + 5;
    register(0, users);
    ScriptedLookup enclave = start();
    assertThat(enclave.table).hasSize(users);
    assertThat(enclave.table.get(ByteBuffer.wrap(key(users - 1))))
        .isEqualTo(ByteBuffer.wrap(account(users - 1)));
    assertThat(enclave.updates).isEqualTo(3);
    assertThat(supervisor.status().table().lag()).isZero();
    assertThat(supervisor.serving()).isPresent();
  }

  @Test
  void whatIsWrittenWhileEvidenceIsMadeIsThereBeforeAnybodyIsAdmitted() throws Exception {
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected Claims claims() {
                    writeMeanwhile();
                    return super.claims();
                  }
                });
    assertThat(enclave.table).hasSize(WRITTEN_MEANWHILE);
  }

  @Test
  void whatIsWrittenWhileTheEnclaveTellsHowItIsIsThereBeforeAnybodyIsAdmitted() throws Exception {
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected CompletionStage<Stats> stats() {
                    writeMeanwhile();
                    return super.stats();
                  }
                });
    assertThat(enclave.table).hasSize(WRITTEN_MEANWHILE);
  }

  @Test
  void nobodyIsAdmittedWhenMoreThanOneUpdateIsWrittenWhileEvidenceIsMade() throws Exception {
    int most = Update.MAX_ENTRIES;
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected Claims claims() {
                    write(0, most + 1);
                    return super.claims();
                  }
                });
    assertThat(enclave.table).hasSize(most + 1);
  }

  /** Another process registers while the supervisor waits for an answer of the enclave. */
  private void writeMeanwhile() {
    write(0, WRITTEN_MEANWHILE);
  }

  private void write(int from, int to) {
    try {
      register(from, to);
    } catch (Exception e) {
      throw new IllegalStateException("the store takes no batch", e);
    }
  }

  @Test
  void nobodyIsAdmittedWhileTheEnclaveWarmsUp() throws Exception {
    ScriptedLookup cold = new ScriptedLookup();
    cold.ready = false;
    launch(NEVER, () -> cold);
    await().until(() -> supervisor.status().phase() == Phase.WARMING_UP);
    assertThat(supervisor.serving()).isEmpty();
    cold.ready = true;
    supervisor.awaitReady();
    assertThat(supervisor.serving()).isPresent();
    cold.ready = false; // compiled code was thrown away
    await().until(() -> supervisor.serving().isEmpty());
  }
}
