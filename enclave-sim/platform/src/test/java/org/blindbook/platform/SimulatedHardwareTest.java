package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.protocol.hardware.Hardware;
import org.junit.jupiter.api.Test;

class SimulatedHardwareTest {
  private static final Instant NOW = Instant.parse("2026-11-27T00:00:00Z");

  @Test
  void anEnclaveWaitsForItsFirstQuoteAndForNoKey() throws Exception {
    SecureRandom random = new SecureRandom();
    CompletableFuture<Provisioning> provisioning = new CompletableFuture<>();
    SimulatedHardware hardware =
        new SimulatedHardware(
            new Hardware.Launch("socket", new byte[0], new byte[32]),
            new EnclaveIdentity(new byte[16], new byte[32], new byte[32], 1, 1),
            new SealingKeys(new byte[Hardware.KEY_BYTES]),
            provisioning);

    assertThat(hardware.sealingKey(new byte[] {1}, 1)).hasSize(Hardware.KEY_BYTES);
    CompletableFuture<Hardware.Evidence> evidence = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            evidence.complete(hardware.quote(new byte[Hardware.REPORT_DATA_BYTES]));
          } catch (Exception e) {
            evidence.completeExceptionally(e);
          }
        });
    assertThatThrownBy(() -> evidence.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    provisioning.complete(
        Provisioning.of(
            SimulatedPki.create(NOW, random, Set.of()),
            Set.of(),
            InstantSource.fixed(NOW),
            random,
            renewed -> {}));
    assertThat(evidence).succeedsWithin(Duration.ofSeconds(10));
  }
}
