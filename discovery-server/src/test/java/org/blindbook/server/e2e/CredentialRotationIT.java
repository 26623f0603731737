package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator changes the secret behind credentials, and the server runs on. */
class CredentialRotationIT {
  private static final UUID ACCOUNT = UUID.randomUUID();

  @TempDir Path folder;

  private final StateStore state = new InMemoryStateStore();

  private Discovery discover(Deployment deployment, String credential, int contacts)
      throws Exception {
    return deployment
        .client(ACCOUNT)
        .credentials(() -> credential)
        .stateStore(state)
        .build()
        .discover(Numbers.identifiers(0, contacts))
        .join();
  }

  private static String mint(Deployment deployment) throws Exception {
    return deployment
        .run("credential", "--data-dir", deployment.data().toString(), "--account", ACCOUNT + "")
        .strip();
  }

  /** The account stays who it is: its ledger, and the token over what it has paid for. */
  @Test
  void credentialsOfBeforeAndAfterAreAcceptedAndNobodyStartsAfresh() throws Exception {
    try (Deployment deployment = Deployment.start(folder, "permits.capacity: 100")) {
      String before = mint(deployment);
      assertThat(discover(deployment, before, 60).permitsUsed()).isEqualTo(60);

      String data = deployment.data().toString();
      deployment.run("credential", "rotate", "--data-dir", data);
      String after = mint(deployment);
      assertThat(after.substring(0, 64)).isEqualTo(before.substring(0, 64));
      assertThat(after).isNotEqualTo(before);
      assertThat(discover(deployment, after, 65).permitsUsed()).as("at once").isEqualTo(5);
      assertThat(discover(deployment, before, 70).permitsUsed()).isEqualTo(5);
      assertThat(error(deployment, after, 120)).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);

      assertThat(deployment.tryRun("credential", "retire", "--data-dir", data).exitCode())
          .isEqualTo(2);
      deployment.run("credential", "retire", "--now", "--data-dir", data);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (error(deployment, before, 70) != DiscoveryError.UNAUTHENTICATED) {
        assertThat(System.nanoTime()).as("time until the server follows").isLessThan(deadline);
        Thread.sleep(100);
      }
      assertThat(discover(deployment, after, 70).permitsUsed()).isZero();
      assertThat(deployment.host().isAlive()).isTrue();
    }
  }

  /** Null when it went well. */
  private DiscoveryError error(Deployment deployment, String credential, int contacts) {
    Throwable thrown = catchThrowable(() -> discover(deployment, credential, contacts));
    return thrown == null ? null : ((DiscoveryException) thrown.getCause()).error();
  }
}
