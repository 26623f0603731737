package org.blindbook.enclave.fuzz;

import java.time.Instant;
import java.time.InstantSource;

/** The time as the host tells it. */
public final class HostsClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T03:00:00Z");

  void elapse(int seconds) {
    now = now.plusSeconds(seconds);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
