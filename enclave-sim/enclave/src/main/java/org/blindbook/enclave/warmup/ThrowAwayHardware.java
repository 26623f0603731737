package org.blindbook.enclave.warmup;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.blindbook.enclave.Settings;
import org.blindbook.protocol.hardware.Hardware;

/**
 * What a throw-away enclave runs on: settings for its clients to try, keys drawn at random,
 * evidence that proves nothing. So nothing made in a warm-up can be taken for something of the real
 * enclave.
 */
final class ThrowAwayHardware implements Hardware {
  private final byte[] settings;
  private final SecureRandom random;

  ThrowAwayHardware(Optional<Settings.Blinded> blinded, int permitCapacity, SecureRandom random) {
    this.settings =
        """
        channel-key.lifetime-seconds=60
        channel-key.max-sessions=16
        %s
        permits.capacity=%d
        permits.refill-per-day=86400
        sessions.max=16
        """
            .formatted(blinded.map(Settings.Blinded::text).orElse("mode=truncated"), permitCapacity)
            .getBytes(StandardCharsets.UTF_8);
    this.random = random;
  }

  @Override
  public Launch launch() {
    return new Launch("", settings, new byte[KEY_BYTES]);
  }

  @Override
  public Evidence quote(byte[] reportData) {
    return new Evidence(reportData, new byte[0]);
  }

  @Override
  public int securityVersion() {
    return 1;
  }

  @Override
  public byte[] sealingKey(byte[] label, int version) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }
}
